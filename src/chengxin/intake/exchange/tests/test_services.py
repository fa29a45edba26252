"""Who received a record is told what changed, once, and acknowledges it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction

from chengxin.base.audit.models import AuditEntry
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.intake.exchange import queries, services, tasks
from chengxin.intake.exchange.errors import AddressRefused, AlreadyAcknowledged, NotDead
from chengxin.intake.exchange.models import Change, ChangeNotice, Receipt, Webhook
from chengxin.intake.exchange.rules import Door, Road, Urgency
from chengxin.intake.exchange.tests.factories import (
    ADMINISTRATOR,
    APPROVAL_BUREAU,
    MARKET_SUPERVISION,
    NOON,
    OPERATOR,
    officer,
    received,
    repaired,
)
from chengxin.registry.accounts.rules import Actor

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=3)


def test_a_change_that_is_announced_twice_is_told_once():
    key = received()

    tasks.announce(str(key), "repaired", NOON.isoformat())
    tasks.announce(str(key), "repaired", NOON.isoformat())

    assert [(c.natural_key, c.change, c.at) for c in Change.objects.all()] == [(key, "repaired", NOON)]
    assert ChangeNotice.objects.count() == 1


def test_every_receiver_is_told_and_nobody_else():
    key = received(APPROVAL_BUREAU, MARKET_SUPERVISION)

    repaired(key)

    told = ChangeNotice.objects.order_by("organisation__code").values_list("organisation__code", "urgency")
    assert list(told) == [(MARKET_SUPERVISION, Urgency.TAKEDOWN), (APPROVAL_BUREAU, Urgency.TAKEDOWN)]
    bank = officer("1145010000755103" + "20")
    assert queries.changes_of(bank, limit=10) == ()


def test_a_record_is_received_once_however_often_it_is_read():
    key = received()

    services.receive([key], door=Door.REPORT, by=officer(), at=LATER)

    assert [(r.door, r.at) for r in Receipt.objects.all()] == [("shared", NOON)]


@pytest.mark.parametrize("reader", [OPERATOR, Actor("public", None, "", frozenset())])
def test_the_platform_itself_and_the_public_receive_nothing(reader: Actor):
    services.receive([uuid4()], door=Door.SHARED, by=reader, at=NOON)

    assert not Receipt.objects.exists()


def test_a_read_that_is_kept_after_the_change_is_told_as_well():
    key = received(MARKET_SUPERVISION)
    repaired(key)

    services.received([key], organisation_id=officer().organisation_id or 0, door=Door.API, at=NOON)

    assert [row.change for row in queries.changes_of(officer(), limit=10)] == ["repaired"]


def test_a_read_long_after_the_change_is_not_told_of_it():
    key = received(MARKET_SUPERVISION)
    repaired(key)

    services.receive([key], door=Door.API, by=officer(), at=NOON + timedelta(hours=1))

    assert queries.changes_of(officer(), limit=10) == ()


def test_corrections_are_told_to_receivers_and_leave_no_trace_of_what_nobody_received():
    key = received()

    tasks.announce_corrected([str(key), str(uuid4())], NOON.isoformat())

    assert [(c.natural_key, c.change) for c in Change.objects.all()] == [(key, "corrected")]
    (row,) = queries.changes_of(officer(), limit=10)
    assert (row.item, row.document_number, row.is_takedown) == ("penalty-organisation", "虚构1号", False)
    assert ChangeNotice.objects.get().urgency == Urgency.CORRECTION


def test_an_acknowledgement_is_kept_with_its_time_and_stands_in_the_audit_chain():
    repaired(received())
    (row,) = queries.changes_of(officer(), limit=10)

    services.acknowledge(row.id, road=Road.SCREEN, by=officer(), at=LATER)

    (row,) = queries.changes_of(officer(), limit=10)
    assert (row.acknowledged_at, row.road) == (LATER, "screen")
    assert queries.changes_of(officer(), waiting=True, limit=10) == ()
    assert AuditEntry.objects.filter(action="exchange.acknowledged").count() == 1
    with pytest.raises(AlreadyAcknowledged):
        services.acknowledge(row.id, road=Road.API, by=officer(), at=LATER)


def test_nobody_acknowledges_for_another_organisation():
    repaired(received())
    notice = ChangeNotice.objects.get()

    for other in (officer(MARKET_SUPERVISION), OPERATOR):
        with pytest.raises(NotFound):
            services.acknowledge(notice.pk, road=Road.API, by=other, at=LATER)

    notice.refresh_from_db()
    assert notice.acknowledged_at is None


def test_the_feed_goes_on_after_the_last_that_was_read():
    keys = [received(key=name) for name in ("1", "2", "3")]
    for key in keys:
        repaired(key)

    first = queries.changes_of(officer(), limit=2)
    rest = queries.changes_of(officer(), after=first[-1].id, limit=2)

    assert [row.record for row in (*first, *rest)] == keys


@pytest.mark.parametrize("by", [officer, lambda: OPERATOR])
def test_only_an_administrator_sets_an_address(by):
    with pytest.raises(NotPermitted):
        services.register_webhook(APPROVAL_BUREAU, "https://credit.example.cn/changes", by=by(), at=NOON)

    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    "address", ["ftp://example.cn/x", "https://a:b@example.cn/", "https:///x", "https://example.cn:port/", "nonsense"]
)
def test_an_address_that_is_none_is_refused(address: str):
    with pytest.raises(AddressRefused):
        services.register_webhook(APPROVAL_BUREAU, address, by=ADMINISTRATOR, at=NOON)

    assert not Webhook.objects.exists()


def test_a_new_address_ends_the_old_one_and_takes_what_waits():
    repaired(received())
    services.register_webhook(APPROVAL_BUREAU, "https://old.example.cn/", by=ADMINISTRATOR, at=NOON)
    made, secret = services.register_webhook(APPROVAL_BUREAU, "https://new.example.cn/", by=ADMINISTRATOR, at=LATER)

    assert secret.startswith("whsec_")
    assert secret not in Webhook.objects.get(pk=made).secret
    assert list(Webhook.objects.filter(ended_at=None).values_list("address", flat=True)) == ["https://new.example.cn/"]
    assert ChangeNotice.objects.get().next_attempt_at == LATER

    services.end_webhook(made, by=ADMINISTRATOR, at=LATER)
    assert ChangeNotice.objects.get().next_attempt_at is None


def test_what_was_not_given_up_is_not_begun_anew():
    repaired(received())

    with pytest.raises(NotDead):
        services.deliver_again(ChangeNotice.objects.get().pk, by=OPERATOR, at=NOON)
    with pytest.raises(NotPermitted):
        services.deliver_again(ChangeNotice.objects.get().pk, by=officer(), at=NOON)


def test_the_application_cannot_rewrite_who_was_told_what():
    repaired(received())

    for act in (
        lambda: Receipt.objects.update(at=LATER),
        lambda: Receipt.objects.all().delete(),
        lambda: Change.objects.update(at=LATER),
        lambda: ChangeNotice.objects.update(told_at=LATER),
        lambda: ChangeNotice.objects.all().delete(),
        lambda: Webhook.objects.update(address="https://elsewhere.example.cn/"),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            act()
