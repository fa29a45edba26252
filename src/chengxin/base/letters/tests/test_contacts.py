"""Addresses that people state: proved by a code, sealed, theirs alone, and gone when they are taken back."""

import re
from datetime import timedelta
from email import message_from_bytes

import pytest
from django.db import connection

from chengxin.base.audit.models import AuditEntry
from chengxin.base.errors import NotFound
from chengxin.base.letters import contacts
from chengxin.base.letters.contacts import ContactRow
from chengxin.base.letters.errors import AddressNotValid, ChannelClosed, CodeRefused, TooManyCodes
from chengxin.base.letters.models import Contact, ContactCode
from chengxin.base.letters.rules import Channel
from chengxin.base.letters.tests.factories import NOON, deferred, office, reader, smtp_server

pytestmark = pytest.mark.django_db
MAIL = "liang@company.example.org"
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def mailbox(settings):
    with smtp_server(settings) as box:
        yield box


def code_to(mailbox, by, address=MAIL, at=NOON) -> str:
    """State the address and read the code that was sent there."""
    contacts.state_address(Channel.EMAIL, address, by=by, at=at)
    contacts.send_code(deferred("letters.send_code")[-1]["code_id"], at=at)
    text = message_from_bytes(mailbox.taken[-1].content).get_payload(decode=True).decode()
    found = re.search(r"\d{6}", text)
    assert found is not None
    return found[0]


def shown(by) -> list[ContactRow]:
    return list(contacts.contacts_of(by.user_id, by=by))


def test_an_address_counts_once_its_code_comes_back(mailbox):
    by = reader()
    code = code_to(mailbox, by)
    assert shown(by) == [ContactRow(Channel.EMAIL, "l***@company.example.org", is_confirmed=False, is_on=True)]
    assert contacts.addresses_for_delivery((by.user_id,), by="test") == {}

    contacts.confirmed(Channel.EMAIL, code, by=by, at=NOON)

    assert contacts.addresses_for_delivery((by.user_id,), by="test") == {(by.user_id, Channel.EMAIL): MAIL}
    assert AuditEntry.objects.filter(action="letters.address_proved").count() == 1


def test_a_wrong_code_is_counted_and_after_five_the_right_one_is_refused_too(mailbox):
    by = reader()
    code = code_to(mailbox, by)
    wrong = str((int(code) + 1) % 1_000_000).zfill(6)

    for _ in range(5):
        with pytest.raises(CodeRefused):
            contacts.confirmed(Channel.EMAIL, wrong, by=by, at=NOON)
    with pytest.raises(CodeRefused):
        contacts.confirmed(Channel.EMAIL, code, by=by, at=NOON)

    assert ContactCode.objects.get().wrong == 5
    assert contacts.addresses_for_delivery((by.user_id,), by="test") == {}


def test_a_code_counts_for_fifteen_minutes(mailbox):
    by = reader()
    code = code_to(mailbox, by)

    assert not contacts.confirm(Channel.EMAIL, code, by=by, at=NOON + 15 * A_MINUTE)
    assert contacts.confirm(Channel.EMAIL, code, by=by, at=NOON + 14 * A_MINUTE)


def test_a_code_works_once_and_for_its_own_address_alone(mailbox):
    by = reader()
    first = code_to(mailbox, by)
    second = code_to(mailbox, by, "new@company.example.org")

    assert first == second or not contacts.confirm(Channel.EMAIL, first, by=by, at=NOON)
    assert contacts.confirm(Channel.EMAIL, second, by=by, at=NOON)
    assert not contacts.confirm(Channel.EMAIL, second, by=by, at=NOON)


def test_the_old_address_stays_in_use_until_the_new_one_is_proved_and_is_then_erased(mailbox):
    by = reader()
    contacts.confirmed(Channel.EMAIL, code_to(mailbox, by), by=by, at=NOON)
    code = code_to(mailbox, by, "new@company.example.org")
    assert contacts.addresses_for_delivery((by.user_id,), by="test") == {(by.user_id, Channel.EMAIL): MAIL}

    contacts.confirmed(Channel.EMAIL, code, by=by, at=NOON)

    assert contacts.addresses_for_delivery((by.user_id,), by="test") == {
        (by.user_id, Channel.EMAIL): "new@company.example.org"
    }
    with contacts._own(by):
        assert list(Contact.objects.filter(ended_at__isnull=False).values_list("address", flat=True)) == [""]


def test_a_person_gets_six_codes_a_day(mailbox):
    by = reader()
    for _ in range(6):
        contacts.state_address(Channel.EMAIL, MAIL, by=by, at=NOON)

    with pytest.raises(TooManyCodes):
        contacts.state_address(Channel.EMAIL, MAIL, by=by, at=NOON + A_MINUTE)

    assert ContactCode.objects.count() == 6
    contacts.state_address(Channel.EMAIL, MAIL, by=by, at=NOON + A_DAY)


@pytest.mark.parametrize(
    "text",
    ["", "liang", "a@b", "a b@example.org", "x@example.org\nBcc: y@example.org", "a" * 250 + "@example.org"],
)
def test_what_is_no_address_is_not_kept(mailbox, text):
    with pytest.raises(AddressNotValid):
        contacts.state_address(Channel.EMAIL, text, by=reader(), at=NOON)

    assert deferred("letters.send_code") == []


def test_a_channel_that_the_city_does_not_have_is_closed(settings):
    with pytest.raises(ChannelClosed):
        contacts.state_address(Channel.SMS, "13800138000", by=reader(), at=NOON)


def test_a_system_states_no_address(mailbox):
    with pytest.raises(NotFound):
        contacts.state_address(Channel.EMAIL, MAIL, by=office(), at=NOON)


def test_an_address_that_is_taken_back_is_erased(mailbox):
    by = reader()
    contacts.confirmed(Channel.EMAIL, code_to(mailbox, by), by=by, at=NOON)

    contacts.take_back(Channel.EMAIL, by=by, at=NOON)

    assert shown(by) == []
    with contacts._own(by):
        assert Contact.objects.get().address == ""


def test_neither_address_nor_code_stands_in_the_database_in_plain(mailbox):
    by = reader()
    code = code_to(mailbox, by)

    with connection.cursor() as cursor, contacts._own(by):
        cursor.execute("SELECT row_to_json(c)::text FROM letters_contact c")
        kept = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(args::text, ' ') FROM procrastinate_jobs")
        queued = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(details::text || object, ' ') FROM audit_auditentry")
        noted = cursor.fetchone()[0]
    assert kept.count("sealed:v1:") == 1
    for text in (kept, queued, noted):
        assert MAIL not in text
        assert code not in text


def test_the_database_shows_an_address_to_its_owner_and_to_who_delivers_alone(mailbox):
    by, other = reader(), reader("other")
    code_to(mailbox, by)

    assert not Contact.objects.exists()  # around the application: no purpose, no row
    with contacts._own(other):
        assert not Contact.objects.exists()
    with contacts._own(by):
        assert Contact.objects.count() == 1


def test_a_repeated_task_sends_a_new_code_and_the_old_one_counts_no_more(mailbox):
    by = reader()
    first = code_to(mailbox, by)
    contacts.send_code(deferred("letters.send_code")[-1]["code_id"], at=NOON)
    second = re.search(r"\d{6}", message_from_bytes(mailbox.taken[-1].content).get_payload(decode=True).decode())[0]

    assert first == second or not contacts.confirm(Channel.EMAIL, first, by=by, at=NOON)
    assert contacts.confirm(Channel.EMAIL, second, by=by, at=NOON)


def test_a_language_that_the_platform_does_not_speak_is_refused():
    with pytest.raises(NotFound):
        contacts.speak("fr", by=reader(), at=NOON)
