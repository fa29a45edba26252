"""Subscriptions are asked for, approved by a second official, fetched, found as files, and ended."""

import base64
import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from chengxin.base.errors import NotFound, NotPermitted
from chengxin.intake.delivery import dispatching, files, queries, services
from chengxin.intake.delivery.errors import (
    AlreadyDecided,
    CertificateMissing,
    KeyUnreadable,
    NotInForce,
    OwnRequest,
    ReasonMissing,
    ReceiptRefused,
    SubjectsUnknown,
    SubscriptionTooWide,
    WrongRoad,
)
from chengxin.intake.delivery.models import Dispatch, Lane, Subscription
from chengxin.intake.delivery.rules import FileFormat, Road, Subjects
from chengxin.intake.delivery.tests.factories import (
    KEY,
    MARKET_SUPERVISION,
    NOON,
    OPERATOR,
    REVIEWER,
    WISH,
    added,
    delivered,
    officer,
    subject,
    subscribed,
    withdrawn,
)
from chengxin.intake.exchange.errors import AddressRefused
from chengxin.registry.records.models import RecordEvent
from chengxin.registry.subjects.tests.factories import code

pytestmark = pytest.mark.django_db


def asked(**wish: object) -> int:
    return services.request(replace(WISH, **wish), by=officer(), at=NOON)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"items": ("arrears",)}, SubscriptionTooWide),
        ({"months": 37}, SubscriptionTooWide),
        ({"basis": "loan-management", "items": ("arrears",), "months": 3}, SubscriptionTooWide),
        ({"basis": "no-such-basis"}, NotFound),
        ({"reason": "  "}, ReasonMissing),
        ({"consumer_key": "short"}, KeyUnreadable),
        ({"subjects": Subjects.LIST, "listed": ("91450100QQ00000B4D",)}, SubjectsUnknown),
        ({"road": Road.WEBHOOK, "address": "ftp://example.org/"}, AddressRefused),
    ],
)
def test_a_request_that_does_not_fit_the_policy_is_refused_and_nothing_is_kept(wish: dict[str, object], error: type):
    with pytest.raises(error):
        asked(**wish)
    assert not Subscription.objects.exists()


def test_a_second_official_approves_and_nothing_is_delivered_before():
    mine = asked()
    added("before", about=subject())
    dispatching.route_all(at=lambda: NOON)
    assert (RecordEvent.objects.count(), Dispatch.objects.count()) == (0, 0), (
        "of items that nobody watches none is kept"
    )

    for by in (officer(), OPERATOR):
        with pytest.raises(NotPermitted):
            services.decide(mine, approve=True, reason="", by=by, at=NOON)
    with pytest.raises(OwnRequest):
        services.decide(mine, approve=True, reason="", by=replace(REVIEWER, user_id=801), at=NOON)
    assert not Lane.objects.exists()

    services.decide(mine, approve=True, reason="", by=REVIEWER, at=NOON)
    with pytest.raises(AlreadyDecided):
        services.decide(mine, approve=False, reason="no", by=REVIEWER, at=NOON)
    assert queries.subscription(mine, by=officer(), at=NOON).state == queries.APPROVED


def test_a_rejection_needs_a_reason_that_the_consumer_sees():
    mine = asked()

    with pytest.raises(ReasonMissing):
        services.decide(mine, approve=False, reason=" ", by=REVIEWER, at=NOON)
    services.decide(mine, approve=False, reason="范围过宽", by=REVIEWER, at=NOON)

    row = queries.subscription(mine, by=officer(), at=NOON)
    assert (row.state, row.decision, row.is_in_force) == (queries.REJECTED, "范围过宽", False)
    with pytest.raises(NotInForce):
        services.fetch(mine, by=officer(), at=NOON)


def test_in_production_no_push_is_approved_without_the_platforms_certificate(settings):
    mine = asked(road=Road.WEBHOOK, address="https://example.org/events")
    settings.SECURE = True

    with pytest.raises(CertificateMissing):
        services.decide(mine, approve=True, reason="", by=REVIEWER, at=NOON)
    assert not Lane.objects.exists()


def test_another_organisation_sees_and_ends_nothing():
    mine = subscribed()
    other = officer(MARKET_SUPERVISION)

    for act in (
        lambda: queries.subscription(mine, by=other, at=NOON),
        lambda: services.end(mine, reason="x", by=other, at=NOON),
        lambda: services.fetch(mine, by=other, at=NOON),
        lambda: services.secret_of(mine, by=other),
        lambda: queries.log_of(mine, by=other),
    ):
        with pytest.raises(NotFound):
            act()
    assert queries.subscriptions(by=other, at=NOON) == ((), 0)
    assert queries.subscription(mine, by=officer(), at=NOON).is_in_force


def receipt(body: bytes, delivery: UUID, attempt: int) -> str:
    text = f"{delivery}.{attempt}.{hashlib.sha256(body).hexdigest()}"
    return base64.b64encode(KEY.sign(text.encode())).decode()


def test_a_consumer_fetches_until_it_receipts_and_takedowns_come_first():
    one, other, mine = subject(1), subject(2), subscribed()
    added("a", about=one)
    dispatching.route_all(at=lambda: NOON)
    first = services.fetch(mine, by=officer(), at=NOON)
    again = services.fetch(mine, by=officer(), at=NOON)
    assert first is not None and again is not None
    assert [json.loads(f.body)["data"]["events"][0]["attempt"] for f in (first, again)] == [1, 2]

    services.take_receipt(first.id, receipt(first.body, first.id, 1), by=officer(), at=NOON)
    services.take_receipt(first.id, receipt(first.body, first.id, 1), by=officer(), at=NOON)
    assert services.fetch(mine, by=officer(), at=NOON) is None

    added("b", about=other)
    withdrawn("a")
    dispatching.route_all(at=lambda: NOON)
    last = services.fetch(mine, by=officer(), at=NOON)
    assert last is not None
    assert [e["kind"] for e in json.loads(last.body)["data"]["events"]] == ["withdrawn", "added"]
    assert queries.log_fault(mine, by=officer()) is None


def test_a_receipt_for_something_else_or_from_someone_else_changes_nothing():
    mine = subscribed()
    added("a", about=subject())
    dispatching.route_all(at=lambda: NOON)
    sent = services.fetch(mine, by=officer(), at=NOON)
    assert sent is not None

    with pytest.raises(ReceiptRefused):
        services.take_receipt(sent.id, receipt(b"another", sent.id, 1), by=officer(), at=NOON)
    with pytest.raises(NotFound):
        services.take_receipt(sent.id, receipt(sent.body, sent.id, 1), by=officer(MARKET_SUPERVISION), at=NOON)
    with pytest.raises(NotFound):
        services.take_receipt(uuid4(), "", by=officer(), at=NOON)
    assert Dispatch.objects.get().outcome == ""
    with pytest.raises(WrongRoad):
        services.fetch(subscribed(road=Road.FILE), by=officer(), at=NOON)


@pytest.mark.parametrize("form", FileFormat)
def test_a_file_is_written_whole_with_its_note_and_the_receipt_opens_the_way_for_the_next(
    form: FileFormat, tmp_path: Path, settings
):
    settings.DELIVERY_FOLDER = str(tmp_path)
    mine = subscribed(road=Road.FILE, file_format=form)
    about = subject()
    added("a", about=about)
    assert delivered(mine) == 1
    added("b", about=about)
    assert delivered(mine) == 0, "one after the other: the receipt of the first has not come"

    folder = tmp_path / officer().organisation_code
    (note_path,) = folder.glob("*.delivery.json")
    note = json.loads(note_path.read_text())
    body = (folder / note["file"]).read_bytes()
    assert hashlib.sha256(body).hexdigest() == note["digest"]
    if form == FileFormat.JSONL:
        (event,) = [json.loads(line) for line in body.decode().splitlines()]
        assert event["content"]["document_number"] == "虚构1号"
    else:
        (row,) = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
        assert (row["kind"], row["takedown"], row["document_number"]) == ("added", "false", "虚构1号")

    answer = folder / f"{note['delivery']}.receipt.json"
    answer.write_text(json.dumps({"delivery": note["delivery"], "signature": "bm8="}))
    assert files.take_receipts(at=NOON) == (0, 1)
    (folder / f"{answer.name}.refused").unlink()
    signature = receipt(body, UUID(note["delivery"]), note["attempt"])
    answer.write_text(json.dumps({"delivery": note["delivery"], "signature": signature}))
    assert files.take_receipts(at=NOON) == (1, 0)
    assert list(folder.iterdir()) == []
    assert delivered(mine) == 1


def test_a_file_whose_receipt_does_not_come_is_written_again_and_says_so(tmp_path: Path, settings):
    settings.DELIVERY_FOLDER = str(tmp_path)
    mine = subscribed(road=Road.FILE)
    added("a", about=subject())
    delivered(mine)

    assert delivered(mine, at=NOON + timedelta(hours=1)) == 1

    notes = [json.loads(p.read_text()) for p in tmp_path.glob("*/*.delivery.json")]
    assert sorted(n["attempt"] for n in notes) == [1, 2]


def test_a_list_and_a_selection_cover_their_subjects_and_no_other():
    one, other = subject(1), subject(2)
    listed = subscribed(subjects=Subjects.LIST, listed=(code(1),))
    selected = subscribed(subjects=Subjects.SELECTION, selection={"divisions": ["4502"]})
    here = subscribed(subjects=Subjects.SELECTION, selection={"divisions": ["450100"]})
    added("a", about=one)
    added("b", about=other)
    dispatching.route_all(at=lambda: NOON)

    found = set(Dispatch.objects.values_list("subscription_id", "subject"))
    assert found == {(listed, one), (here, one), (here, other)}
    assert selected not in {s for s, _ in found}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_recordevent SET kind = 'added'",
        "DELETE FROM records_recordevent",
        "UPDATE delivery_subscription SET valid_until = '2999-01-01'",
        "UPDATE delivery_decision SET is_approved = true",
        "UPDATE delivery_deliveryentry SET receipt = ''",
        "DELETE FROM delivery_deliveryentry",
        "UPDATE delivery_dispatch SET natural_key = gen_random_uuid()",
        "DELETE FROM delivery_dispatch",
    ],
)
def test_the_application_cannot_rewrite_what_was_asked_decided_or_delivered(statement: str):
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(statement)
