"""What the figures of a month are, and that a closed month stays as it is."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction

from chengxin.base.errors import NotPermitted
from chengxin.intake.collection.tests.factories import (
    APPROVAL,
    LICENCE,
    MARKET,
    PERSON_PENALTY,
    company,
    hand_in_rows,
    licence,
    officer,
    penalty,
    person_penalty,
)
from chengxin.intake.quality import queries, services
from chengxin.intake.quality.errors import CountMissing, MonthAhead, MonthRuns, NotDoublePublicity
from chengxin.intake.quality.models import Computation, Declaration, Figure
from chengxin.intake.quality.rules import Check, Kind, Month
from chengxin.intake.quality.tests.factories import handed_in, mistyped, moment, office, provider_id, registered
from chengxin.registry.accounts.rules import Role

pytestmark = pytest.mark.django_db
MAY = Month(2026, 5)
NOON = moment(5, 31, 12)


def figure(check: str, *, by: str = MARKET, month: Month = MAY, item: str = "") -> tuple[int, int]:
    """(good, total) of a provider's check as the latest computing has it."""
    narrowed = queries.Narrowed(provider_ids=[provider_id(by)], item=item)
    rows = {r.definition.code: r for r in queries.figures(queries.computed(month), narrowed)}
    return rows[check].good, rows[check].total


def test_a_month_of_two_departments_has_every_figure(tmp_path: Path):
    registered(tmp_path, 1, 2, 3, at=moment(5, 4))
    handed_in(
        tmp_path,
        penalty(1, CF_JDRQ="2026/05/06"),  # six working days before: 7, 8, Saturday 9, 11, 12, 13
        penalty(2, CF_JDRQ="2026/04/27"),  # late
        penalty(3, CF_XDR_SHXYM=mistyped(3), CF_JDRQ="2026/05/08"),
        penalty(4, CF_FRDB="", CF_JDRQ="2026/05/08"),
        at=moment(5, 13),
    )
    hand_in_rows(tmp_path, person_penalty(5, CF_JDRQ="2026/05/12"), item=PERSON_PENALTY, at=moment(5, 14))
    hand_in_rows(tmp_path, licence(1, XK_XKZS="", XK_XKBH=""), item=LICENCE, by=APPROVAL, at=moment(6, 2))
    services.declare(
        MAY, {"penalty-organisation": 4, "penalty-person": 0, "licence-organisation": 1}, by=officer(), at=NOON
    )
    services.compute(MAY, by=office(), at=NOON)

    assert figure(Check.REPORTING) == (1, 5)  # of May's four only number 1 was stored; no licence came
    assert figure(Check.REPORTING, item="penalty-organisation") == (1, 4)
    assert figure(Check.COMPLIANCE) == (3, 5)
    assert figure(Check.TIMELINESS) == (2, 3)
    assert figure(Check.TIMELINESS, item="penalty-person") == (1, 1)
    assert figure(Check.CODES) == (3, 4)
    assert figure(Check.CONFLICTS) == (4, 4)
    assert figure(Check.ACCEPTANCE, by=APPROVAL) == (3, 3)
    assert figure(Check.COMPLETENESS, by=APPROVAL) == (0, 6)
    assert figure(Check.UNIQUE) == (3, 3)  # whoever answers for the register: the market supervision
    assert figure(Check.FRESHNESS) == (0, 2)  # seen on 31 May, more than ten days later
    assert figure(Check.REPORTING, by=APPROVAL) == (0, 0)

    services.compute(MAY.after, by=office(), at=moment(6, 30))
    assert figure(Check.TIMELINESS, by=APPROVAL, month=MAY.after) == (0, 1)
    assert figure(Check.COMPLETENESS, by=APPROVAL, month=MAY.after) == (0, 2)


def test_rules_that_reject_most_rows_come_first(tmp_path: Path):
    bad = [penalty(n, CF_FRDB="", CF_SY="") for n in (1, 2, 3)]
    handed_in(tmp_path, *bad, penalty(4, CF_XDR_SHXYM=mistyped(4)), penalty(5))
    services.compute(MAY, by=office(), at=NOON)

    found = queries.failing_most(queries.computed(MAY))

    assert [(f.rule, f.rows, f.total) for f in found] == [("required", 3, 5), ("check-digit", 1, 5)]


def test_a_name_that_another_subject_bears_is_a_wrong_code_and_an_unknown_name_a_conflict(tmp_path: Path):
    registered(tmp_path, 1, 2)
    handed_in(
        tmp_path,
        penalty(1, CF_XDR_SHXYM=company(2)),
        penalty(3, CF_XDR_SHXYM=company(2), CF_XDR_MC="南宁虚构从未登记公司"),
        penalty(2),
    )
    services.compute(MAY, by=office(), at=NOON)

    assert figure(Check.CODES) == (2, 3)
    assert figure(Check.CONFLICTS) == (2, 3)


def test_an_agricultural_operator_counts_as_covered_once_it_has_a_record_beyond_its_registration(tmp_path: Path):
    registered(tmp_path, 1, SUBJECT_NAME="南宁虚构一号家庭农场")
    registered(tmp_path, 2, SUBJECT_NAME="南宁虚构二号家庭农场")
    handed_in(tmp_path, penalty(1, CF_XDR_MC="南宁虚构一号家庭农场"))
    services.compute(MAY, by=office(), at=NOON)

    rows = {r.definition.code: r for r in queries.figures(queries.computed(MAY))}
    assert (rows[Check.AGRICULTURE].good, rows[Check.AGRICULTURE].total) == (1, 2)
    assert rows[Check.AGRICULTURE].rate == Decimal(50)


def test_two_subjects_of_one_name_are_no_longer_one_subject_one_code(tmp_path: Path):
    registered(tmp_path, 1, 2, 3)
    registered(tmp_path, 4, SUBJECT_NAME="南宁虚构 1号贸易有限公司")
    services.compute(MAY, by=office(), at=NOON)

    assert figure(Check.UNIQUE) == (2, 4)


def test_a_closed_month_keeps_its_figures_and_what_is_computed_later_stands_beside_them(tmp_path: Path):
    services.declare(MAY, {"penalty-organisation": 2}, by=officer(), at=NOON)
    handed_in(tmp_path, penalty(1, CF_JDRQ="2026/05/06"))
    with pytest.raises(MonthRuns):
        services.close(MAY, by=office(), at=NOON)
    closed = services.close(MAY, by=office(), at=moment(6, 10))
    handed_in(tmp_path, penalty(2, CF_JDRQ="2026/05/20"), at=moment(6, 11))
    again = services.recompute(MAY, by=office(), at=moment(6, 12))

    assert services.close(MAY, by=office(), at=moment(6, 12)) == closed
    assert queries.computed(MAY).id == closed
    assert figure(Check.REPORTING) == (1, 2)
    later = queries.recomputed(MAY)
    assert later is not None
    assert (later.id, later.kind) == (again, Kind.RECOMPUTED)
    assert next(r for r in queries.figures(later) if r.definition.code == Check.REPORTING).good == 2


def test_the_application_cannot_rewrite_a_figure(tmp_path: Path):
    handed_in(tmp_path, penalty(1))
    services.compute(MAY, by=office(), at=NOON)

    for statement in ("UPDATE quality_figure SET good = total", "DELETE FROM quality_computation"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_last_month_is_closed_on_the_day_that_policy_names_and_only_once():
    by = office()

    assert services.close_due(by=by, at=moment(6, 9)) is None
    assert services.close_due(by=by, at=moment(6, 10)) is not None
    assert services.close_due(by=by, at=moment(6, 11)) is None
    assert queries.last_closed() == MAY


@pytest.mark.parametrize("role", [Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_REVIEWER, Role.AUDITOR, Role.BANK_CLERK])
def test_only_the_credit_office_computes_on_request(role: Role):
    with pytest.raises(NotPermitted):
        services.recompute(MAY, by=officer(role=role), at=NOON)

    assert not Computation.objects.exists()


def test_what_is_declared_is_checked_and_the_latest_counts():
    for counts, error in (
        ({"honour": 1}, NotDoublePublicity),
        ({}, CountMissing),
        ({"penalty-person": -1}, CountMissing),
    ):
        with pytest.raises(error):
            services.declare(MAY, counts, by=officer(), at=NOON)
    with pytest.raises(MonthAhead):
        services.declare(MAY.after, {"penalty-person": 1}, by=officer(), at=NOON)
    with pytest.raises(NotPermitted):
        services.declare(MAY, {"penalty-person": 1}, by=officer(role=Role.DEPARTMENT_REVIEWER), at=NOON)
    assert not Declaration.objects.exists()

    services.declare(MAY, {"penalty-person": 9}, by=officer(), at=NOON)
    services.declare(MAY, {"penalty-person": 3}, by=officer(), at=NOON)
    services.compute(MAY, by=office(), at=NOON)
    assert figure(Check.REPORTING) == (0, 3)


def test_the_trend_has_a_point_for_each_month_and_none_where_nothing_was_computed(tmp_path: Path):
    handed_in(tmp_path, penalty(1), penalty(2, CF_FRDB=""))
    services.close(MAY, by=office(), at=moment(6, 10))

    points = queries.trend(Check.COMPLIANCE, MAY.after)

    assert [p.rate for p in points] == [None] * 4 + [Decimal("50.00"), None]
    scores = queries.score_trend(provider_id(), MAY)
    assert scores[-1].rate is not None
    assert scores[0].rate is None
    assert Figure.objects.filter(total=0).count() == 0
