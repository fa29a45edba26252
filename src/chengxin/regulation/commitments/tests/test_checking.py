"""What records prove of the obligations that are open: for all at once, once each, and never a decision."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chengxin.base.casework.models import Case
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects.models import Subject
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.commitments import queries
from chengxin.regulation.commitments.models import Check, Commitment
from chengxin.regulation.commitments.queries import Filter
from chengxin.regulation.commitments.services import checking, finding
from chengxin.regulation.commitments.tests.factories import (
    COMPANY,
    LICENCE,
    MARKET,
    NOON,
    OWN_WILL,
    TODAY,
    found_met,
    officer,
    registered,
    reviewer,
    signed,
    signer,
)

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def inspected(result: str, *, on: date, key: str = "1", state: str = "in-force", authority: str = MARKET):
    return organisation_record(
        Subject.objects.get(code=code(1)).pk, key, item="inspection-result", payload=f'{{"RESULT":"{result}"}}',
        decided_on=on, state=state, authority=authority, at=NOON,
    )  # fmt: skip


def penalised(basis: str) -> None:
    organisation_record(
        Subject.objects.get(code=code(1)).pk, payload=f'{{"CF_YJ":"{basis}"}}', decided_on=TODAY + A_DAY, at=NOON
    )


def licensed(*, on: date) -> None:
    organisation_record(
        Subject.objects.get(code=code(1)).pk,
        item="licence-organisation", payload='{"XK_XKZS":"食品经营许可证"}', decided_on=on, at=NOON,
    )  # fmt: skip


def results() -> list[tuple[str, str]]:
    return list(Check.objects.order_by("id").values_list("due__code", "result"))


def test_a_failed_inspection_after_signing_is_noted_and_decides_nothing():
    registered()
    signed(OWN_WILL)
    key = inspected("发现问题责令改正", on=TODAY + A_DAY)

    assert checking.check_by_records(at=NOON + 2 * A_DAY) == 1

    check = Check.objects.get()
    assert (check.result, check.by_data, check.record_key) == ("not-met", True, key)
    assert (Commitment.objects.get().state, Case.objects.count()) == ("running", 0)
    waiting = queries.commitments_with(officer(), Filter(), on=TODAY + 2 * A_DAY, due=True, page=1, size=20)
    assert len(waiting.items) == 1


@pytest.mark.parametrize(
    ("result", "on", "state"),
    [
        ("未发现问题", TODAY + A_DAY, "in-force"),
        ("发现问题责令改正", TODAY, "in-force"),
        ("发现问题责令改正", TODAY - A_DAY, "in-force"),
        ("发现问题责令改正", TODAY + A_DAY, "repaired"),
        ("发现问题责令改正", TODAY + A_DAY, "suspended"),
        ("发现问题责令改正", TODAY + 10 * A_DAY, "in-force"),
    ],
    ids=["passed", "on the day of signing", "before", "repaired", "suspended", "not yet"],
)
def test_what_proves_nothing_is_not_noted(result: str, on: date, state: str):
    registered()
    signed(OWN_WILL)
    inspected(result, on=on, state=state)

    assert checking.check_by_records(at=NOON + 2 * A_DAY) == 0


def test_silence_proves_something_only_when_the_time_for_handing_in_is_over():
    registered()
    signed(LICENCE)
    last = datetime(2026, 11, 10, 4, tzinfo=UTC)  # 7 working days after 31 October, a Saturday

    assert checking.check_by_records(at=NOON + 61 * A_DAY) == 0
    assert checking.check_by_records(at=last) == 0
    assert checking.check_by_records(at=last + A_DAY) == 1
    assert results() == [("licence-obtained", "not-met")]


def test_a_licence_granted_in_time_and_handed_in_late_turns_what_its_silence_said():
    registered()
    signed(LICENCE)
    checking.check_by_records(at=NOON + 80 * A_DAY)
    licensed(on=TODAY + 59 * A_DAY)

    assert checking.check_by_records(at=NOON + 81 * A_DAY) == 1
    assert results() == [("licence-obtained", "not-met"), ("licence-obtained", "met")]
    assert checking.check_by_records(at=NOON + 82 * A_DAY) == 0


def test_a_failed_inspection_handed_in_late_turns_it_and_one_that_is_withdrawn_turns_it_back():
    registered()
    signed(OWN_WILL)
    later = NOON + 420 * A_DAY
    checking.check_by_records(at=later)
    key = inspected("发现问题责令改正", on=TODAY + 364 * A_DAY)
    checking.check_by_records(at=later + A_DAY)
    record_changes.withdraw(key, by=officer(), at=later + A_DAY)

    checking.check_by_records(at=later + 2 * A_DAY)

    assert [result for _, result in results()] == ["met", "not-met", "met"]


def test_nothing_is_noted_of_what_is_decided():
    registered()
    number = signed(OWN_WILL)
    found_met(number, by=officer())
    case_id = finding.propose_fulfilled(number, by=officer(), at=NOON)
    finding.take(case_id, "confirm-fulfilled", by=reviewer(), at=NOON)
    inspected("发现问题责令改正", on=TODAY + A_DAY)

    assert checking.check_by_records(at=NOON + 2 * A_DAY) == 0


def test_an_inspection_of_another_authority_is_not_what_was_promised():
    registered()
    signed(OWN_WILL)
    inspected("发现问题责令改正", on=TODAY + A_DAY, authority="11450100007551171N")

    assert checking.check_by_records(at=NOON + 2 * A_DAY) == 0


@pytest.mark.parametrize(
    ("basis", "counts"),
    [("《中华人民共和国食品安全法》第一百二十四条", True), ("《中华人民共和国税收征收管理法》第六十二条", False)],
)
def test_of_penalties_those_alone_count_that_were_promised_not_to_come(basis: str, counts: bool):
    registered()
    signed(LICENCE)
    penalised(basis)

    checking.check_by_records(at=NOON + 2 * A_DAY)

    assert results() == ([("no-penalty", "not-met")] if counts else [])


def test_what_records_proved_is_told_by_the_items_name_and_the_records_day():
    registered()
    number = signed(OWN_WILL)
    inspected("发现问题责令改正", on=TODAY + A_DAY)
    checking.check_by_records(at=NOON + 2 * A_DAY)

    check = queries.statement_with(number, actor=officer(), on=TODAY).dues[0].checks[0]

    assert (check.item, check.found_on, check.evidence) == ("inspection-result", TODAY + A_DAY, "")


def test_a_licence_granted_within_the_time_is_found():
    registered()
    signed(LICENCE)
    licensed(on=TODAY + 5 * A_DAY)

    assert checking.check_by_records(at=NOON + 6 * A_DAY) == 1
    assert results() == [("licence-obtained", "met")]


def test_the_same_proof_is_noted_once():
    registered()
    signed(OWN_WILL)
    inspected("发现问题责令改正", on=TODAY + A_DAY)
    checking.check_by_records(at=NOON + 2 * A_DAY)

    assert checking.check_by_records(at=NOON + 3 * A_DAY) == 0


def test_absence_is_proven_when_the_time_is_over():
    registered()
    signed(OWN_WILL)

    assert checking.check_by_records(at=NOON + 405 * A_DAY) == 0  # 20 working days, in a year without a notice twice 20
    assert checking.check_by_records(at=NOON + 406 * A_DAY) == 1
    assert results() == [("no-failed-inspection", "met")]


def test_the_number_of_queries_does_not_grow_with_the_commitments():
    registered()
    signed(OWN_WILL)
    with CaptureQueriesContext(connection) as one:
        checking.check_by_records(at=NOON)
    for number in range(2, 6):
        company(f"虚构{number}号", number)
        signed(OWN_WILL, by=signer(f"liang{number}", about=about_subject(code(number))))

    with CaptureQueriesContext(connection) as many:
        checking.check_by_records(at=NOON)

    assert COMPANY in set(Commitment.objects.values_list("about", flat=True))
    assert len(many) == len(one)
