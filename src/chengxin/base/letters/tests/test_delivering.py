"""Messages on their way: a real SMTP server and a real gateway take, refuse, and report them."""

import email
from datetime import timedelta
from email.header import decode_header, make_header

import pytest
from django.db import ProgrammingError, transaction

from chengxin.base.audit.models import AuditEntry
from chengxin.base.errors import NotFound
from chengxin.base.letters import contacts, delivering, queries
from chengxin.base.letters.errors import NotFailed
from chengxin.base.letters.models import Delivery, DeliveryEvent
from chengxin.base.letters.rules import Channel
from chengxin.base.letters.tests.factories import (
    NOON,
    deferred,
    office,
    reached_at,
    reader,
    sms_gateway,
    smtp_server,
    written,
)
from chengxin.registry.accounts.models import Mandate
from chengxin.registry.accounts.rules import Scope

pytestmark = pytest.mark.django_db
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
MAIL, PHONE = "liang@company.example.org", "13800138000"


def dispatched(channel: Channel) -> Delivery:
    letter = written()
    delivering.dispatch(letter.pk, at=NOON)
    return letter.deliveries.get(channel=channel.value)


def events(delivery: Delivery) -> list[tuple[str, str]]:
    return list(DeliveryEvent.objects.filter(delivery=delivery).order_by("pk").values_list("state", "answer"))


def test_an_e_mail_says_that_there_is_a_letter_and_not_what_it_says(settings):
    reached_at(reader(), Channel.EMAIL, MAIL)
    with smtp_server(settings) as box:
        delivery = dispatched(Channel.EMAIL)
        delivering.deliver(delivery.pk, attempts=0, at=NOON)

    (envelope,) = box.taken
    mail = email.message_from_bytes(envelope.content)
    text = mail.get_payload(decode=True).decode()
    assert envelope.rcpt_tos == [MAIL]
    assert str(make_header(decode_header(mail["Subject"]))) == "信用南宁：不予信用修复决定书"
    assert f"/my/notices/{delivery.letter.notice_id}" in text
    for kept_back in ("罚款", "梁", "虚构", "行政处罚"):
        assert kept_back not in text
    assert mail["Message-ID"] == f"<letter-{delivery.pk}@credit.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_servers_reply_with_its_queue_id_is_kept(settings):
    reached_at(reader(), Channel.EMAIL, MAIL)
    with smtp_server(settings):
        delivery = dispatched(Channel.EMAIL)
        delivering.deliver(delivery.pk, attempts=0, at=NOON)

    assert events(delivery) == [("queued", ""), ("sent", "250 2.0.0 Ok: queued as 4F1A2")]


def test_a_message_speaks_the_language_of_who_gets_it(settings):
    english, chinese = reader("anna"), reader("liang")
    contacts.speak("en", by=english, at=NOON)
    reached_at(english, Channel.EMAIL, "anna@company.example.org")
    reached_at(chinese, Channel.EMAIL, MAIL)
    with smtp_server(settings) as box:
        letter = written()
        delivering.dispatch(letter.pk, at=NOON)
        for one in letter.deliveries.filter(channel="email"):
            delivering.deliver(one.pk, attempts=0, at=NOON)

    told = {e.rcpt_tos[0]: email.message_from_bytes(e.content).get_payload(decode=True).decode() for e in box.taken}
    assert "Please sign in" in told["anna@company.example.org"]
    assert "请登录" in told[MAIL]


def test_a_refusal_for_good_fails_at_once_and_the_answer_does_not_repeat_the_address(settings):
    reached_at(reader(), Channel.EMAIL, MAIL)
    with smtp_server(settings, refuses="550 5.1.1 <{address}> unknown"):
        delivery = dispatched(Channel.EMAIL)
        delivering.deliver(delivery.pk, attempts=0, at=NOON)

    assert events(delivery)[-1] == ("failed", "550 5.1.1 <l***@company.example.org> unknown")
    assert [d for d in deferred("letters.deliver") if d["attempts"] == 1] == []


def test_a_refusal_for_now_is_tried_again_later_and_fails_after_the_last_time(settings):
    reached_at(reader(), Channel.EMAIL, MAIL)
    with smtp_server(settings, refuses="451 4.7.1 later"):
        delivery = dispatched(Channel.EMAIL)
        delivering.deliver(delivery.pk, attempts=0, at=NOON)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts, delivery.next_at) == ("queued", 1, NOON + A_MINUTE)

        for attempt in range(1, 7):
            delivering.deliver(delivery.pk, attempts=attempt, at=NOON + A_DAY)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.next_at) == ("failed", 7, None)
    assert [a["attempts"] for a in deferred("letters.deliver")] == [0, 1, 2, 3, 4, 5, 6]


def test_a_server_that_does_not_answer_is_tried_again(settings):
    reached_at(reader(), Channel.EMAIL, MAIL)
    with smtp_server(settings):
        delivery = dispatched(Channel.EMAIL)
    delivering.deliver(delivery.pk, attempts=0, at=NOON)  # the server is gone

    state, answer = events(delivery)[-1]
    assert state == "queued"
    assert "ConnectionRefusedError" in answer


def test_an_attempt_that_was_made_is_not_made_again(settings):
    reached_at(reader(), Channel.EMAIL, MAIL)
    with smtp_server(settings) as box:
        delivery = dispatched(Channel.EMAIL)
        delivering.deliver(delivery.pk, attempts=0, at=NOON)
        delivering.deliver(delivery.pk, attempts=0, at=NOON)

    assert len(box.taken) == 1


def test_a_text_message_goes_through_the_gateway_and_its_arrival_is_asked_for(settings):
    reached_at(reader(), Channel.SMS, PHONE)
    with sms_gateway(settings) as gateway:
        delivery = dispatched(Channel.SMS)
        delivering.deliver(delivery.pk, attempts=0, at=NOON)
        (message,) = gateway.taken.values()
        assert message["to"] == "+8613800138000"
        assert "不予信用修复决定书" in message["text"]
        assert "罚款" not in message["text"]

        delivering.ask_receipt(delivery.pk, at=NOON + A_MINUTE)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.message_id) == ("sent", f"m-letter-{delivery.pk}")

        gateway.state = "delivered"
        delivering.ask_receipt(delivery.pk, at=NOON + A_DAY)

    assert events(delivery) == [("queued", ""), ("sent", "accepted"), ("delivered", "DELIVRD")]
    assert len(deferred("letters.ask_receipt")) == 2


def test_the_gateway_says_that_a_message_did_not_arrive(settings):
    reached_at(reader(), Channel.SMS, PHONE)
    with sms_gateway(settings) as gateway:
        delivery = dispatched(Channel.SMS)
        delivering.deliver(delivery.pk, attempts=0, at=NOON)
        gateway.state = "failed"
        delivering.ask_receipt(delivery.pk, at=NOON + A_DAY)

    delivery.refresh_from_db()
    assert delivery.state == "failed"


@pytest.mark.parametrize(("status", "state"), [(422, "failed"), (500, "queued"), (429, "queued"), (401, "queued")])
def test_what_the_gateway_answers_decides_whether_it_is_tried_again(settings, status, state):
    reached_at(reader(), Channel.SMS, PHONE)
    with sms_gateway(settings, status):
        delivery = dispatched(Channel.SMS)
        delivering.deliver(delivery.pk, attempts=0, at=NOON)

    delivery.refresh_from_db()
    assert delivery.state == state


def test_a_wrong_secret_is_refused_by_the_gateway_and_nothing_is_taken(settings):
    reached_at(reader(), Channel.SMS, PHONE)
    with sms_gateway(settings) as gateway:
        settings.SMS_SECRET = "another"
        delivery = dispatched(Channel.SMS)
        delivering.deliver(delivery.pk, attempts=0, at=NOON)

    assert gateway.taken == {}
    assert events(delivery)[-1][0] == "queued"


def test_a_notice_to_a_company_reaches_all_who_can_open_it_and_nobody_else(settings):
    settings.SMTP_HOST = "mail.example.org"
    both = [reader("one"), reader("two")]
    seer, stranger, former = reader("seer", scopes=(Scope.SEE,)), reader("x", about="subject:other"), reader("former")
    Mandate.objects.filter(user_id=former.user_id).update(valid_until=NOON - A_DAY)
    for one in (*both, seer, stranger, former):
        reached_at(one, Channel.EMAIL, f"{one.name}@example.org")

    letter = written()
    delivering.dispatch(letter.pk, at=NOON)
    delivering.dispatch(letter.pk, at=NOON)  # repeated

    told = sorted(letter.deliveries.filter(channel="email").values_list("user_id", flat=True))
    assert told == sorted(one.user_id for one in both)
    assert len(deferred("letters.deliver")) == 2


def test_nothing_is_sent_where_the_person_turned_it_off_or_the_city_has_no_server(settings):
    by = reader()
    reached_at(by, Channel.EMAIL, MAIL)
    reached_at(by, Channel.SMS, PHONE)
    settings.SMTP_HOST = "mail.example.org"
    contacts.choose(Channel.EMAIL, wanted=False, by=by, at=NOON)

    letter = written()
    delivering.dispatch(letter.pk, at=NOON)

    assert list(letter.deliveries.values_list("channel", flat=True)) == ["inbox"]


def test_an_address_that_was_taken_back_meanwhile_gets_nothing(settings):
    by = reader()
    reached_at(by, Channel.EMAIL, MAIL)
    with smtp_server(settings) as box:
        delivery = dispatched(Channel.EMAIL)
        contacts.take_back(Channel.EMAIL, by=by, at=NOON)
        delivering.deliver(delivery.pk, attempts=0, at=NOON)

    assert box.taken == []
    assert events(delivery)[-1] == ("failed", delivering.GONE)


def test_a_failed_delivery_is_tried_anew_when_an_official_says_so(settings):
    reached_at(reader(), Channel.EMAIL, MAIL)
    with smtp_server(settings, refuses="550 no") as box:
        delivery = dispatched(Channel.EMAIL)
        delivering.deliver(delivery.pk, attempts=0, at=NOON)
        delivering.retry(delivery.pk, by=office(), at=NOON + A_DAY)
        box.refuses = ""
        delivering.deliver(delivery.pk, attempts=0, at=NOON + A_DAY)

    assert [state for state, _ in events(delivery)] == ["queued", "failed", "queued", "sent"]
    assert AuditEntry.objects.get(action="letters.delivery_retried").object == delivery.letter.number


def test_what_has_not_failed_is_not_tried_anew(settings):
    settings.SMTP_HOST = "mail.example.org"
    reached_at(reader(), Channel.EMAIL, MAIL)
    delivery = dispatched(Channel.EMAIL)

    with pytest.raises(NotFailed):
        delivering.retry(delivery.pk, by=office(), at=NOON)
    with pytest.raises(NotFound):
        delivering.retry(delivery.letter.deliveries.get(channel="inbox").pk, by=office(), at=NOON)

    assert [state for state, _ in events(delivery)] == ["queued"]


def test_the_demo_keeps_messages_as_files(settings, tmp_path):
    settings.DEMO, settings.DATA_FOLDER = True, tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    by = reader()
    reached_at(by, Channel.EMAIL, MAIL)
    reached_at(by, Channel.SMS, PHONE)
    letter = written()
    delivering.dispatch(letter.pk, at=NOON)

    for one in letter.deliveries.exclude(channel="inbox"):
        delivering.deliver(one.pk, attempts=0, at=NOON)

    assert {d.channel: d.state for d in letter.deliveries.all()} == {
        "inbox": "delivered", "email": "sent", "sms": "delivered",
    }  # fmt: skip
    assert len(list((tmp_path / "mail").iterdir())) == len(list((tmp_path / "sms").iterdir())) == 1


def test_the_list_counts_what_failed_and_what_waits(settings):
    reached_at(reader(), Channel.EMAIL, MAIL)
    with smtp_server(settings, refuses="550 no"):
        delivery = dispatched(Channel.EMAIL)
        delivering.deliver(delivery.pk, attempts=0, at=NOON)
    dispatched(Channel.EMAIL)

    every, failed = queries.deliveries(), queries.deliveries(state="failed")

    assert (every.total, every.failed, every.waiting) == (2, 1, 1)
    assert [(row.number, row.answer, row.sent_to) for row in failed.items] == [
        (delivery.letter.number, "550 no", "l***@company.example.org")
    ]
    assert queries.deliveries(channel="sms").total == 0
    assert queries.deliveries(number=delivery.letter.number).total == 1


def test_events_of_deliveries_cannot_be_changed(settings):
    settings.SMTP_HOST = "mail.example.org"
    reached_at(reader(), Channel.EMAIL, MAIL)
    delivery = dispatched(Channel.EMAIL)

    for act in (
        lambda: DeliveryEvent.objects.update(answer="x"),
        lambda: DeliveryEvent.objects.all()._raw_delete("default"),
        lambda: Delivery.objects.filter(pk=delivery.pk).update(channel="sms"),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            act()
