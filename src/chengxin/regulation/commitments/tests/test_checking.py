"""What records prove of the obligations that are open: for all at once, once each, and never a decision."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chengxin.base.casework.models import Case
from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects.models import Subject
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.commitments import queries
from chengxin.regulation.commitments.models import Check, Commitment
from chengxin.regulation.commitments.queries import Filter
from chengxin.regulation.commitments.services import checking
from chengxin.regulation.commitments.tests.factories import (
    COMPANY,
    LICENCE,
    NOON,
    OWN_WILL,
    TODAY,
    officer,
    registered,
    signed,
    signer,
)

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def inspected(result: str, *, on: date, key: str = "1", state: str = "in-force"):
    return organisation_record(
        Subject.objects.get(code=code(1)).pk, key, item="inspection-result", payload=f'{{"RESULT":"{result}"}}',
        decided_on=on, state=state, at=NOON,
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


def test_a_licence_that_appears_in_time_is_noted_and_one_that_does_not_after_the_last_day():
    registered()
    signed(LICENCE)
    later = NOON + 61 * A_DAY

    assert checking.check_by_records(at=NOON + 60 * A_DAY) == 0
    assert checking.check_by_records(at=later) == 1
    assert results() == [("licence-obtained", "not-met")]


def test_a_licence_granted_within_the_time_is_found():
    registered()
    signed(LICENCE)
    organisation_record(
        Subject.objects.get(code=code(1)).pk,
        item="licence-organisation", payload='{"XK_XKZS":"食品经营许可证"}', decided_on=TODAY + 5 * A_DAY, at=NOON,
    )  # fmt: skip

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

    assert checking.check_by_records(at=NOON + 365 * A_DAY) == 0
    assert checking.check_by_records(at=NOON + 366 * A_DAY) == 1
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
