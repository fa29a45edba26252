import json
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.transparency.models import LogLeaf
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.regulation.inspections import checking, grades, rules
from chengxin.regulation.inspections.checking import Finding
from chengxin.regulation.inspections.errors import (
    DrawOpen,
    MattersMissing,
    NotAParty,
    NothingToDraw,
    PartiesWrong,
    PlanIncomplete,
    PlannerDrawsNot,
    PlanNotApproved,
    RoundClosed,
    ValueWrong,
)
from chengxin.regulation.inspections.models import Commitment, Draw, DrawObject, Plan, RoundEnd, Visit
from chengxin.regulation.inspections.queries import draws, registers
from chengxin.regulation.inspections.services import drawing, planning, visiting
from chengxin.regulation.inspections.services import registers as register_services
from chengxin.regulation.inspections.tests.factories import (
    APPROVAL,
    HOUR,
    JUSTICE,
    MARKET,
    NOON,
    TODAY,
    actors,
    approved,
    commit,
    drawn,
    fill_inspectors,
    fill_objects,
    office_reviewer,
    officer,
    official,
    parties,
    plan_given,
    published,
    reveal,
    reviewer,
    value_of,
    witness,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def file_of(draw: Draw) -> dict[str, object]:
    return json.loads(json.dumps(draws.draw_file(draw.number, at=NOON)))


def found_in(content: dict[str, object]) -> Finding:
    return checking.check(json.dumps(content)).finding


@pytest.mark.parametrize("changed", [{"title": " "}, {"ends_on": TODAY}, {"starts_on": None}, {"divisions": ["999"]}])
def test_an_incomplete_plan_is_refused_and_nothing_is_kept(changed: dict[str, object]):
    with pytest.raises(PlanIncomplete):
        planning.propose(plan_given(**changed), by=officer(), at=NOON)

    assert not Plan.objects.exists()


@pytest.mark.parametrize("matters", [[], ["gossip"], ["licence-conditions"]])
def test_a_plan_names_matters_of_the_list_and_one_of_its_own_department(matters: list[str]):
    with pytest.raises(MattersMissing):
        planning.propose(plan_given(matters=matters), by=officer(), at=NOON)

    assert not Plan.objects.exists()


def test_matters_of_two_departments_make_a_joint_plan():
    plan = approved(matters=["food-sale", "licence-conditions"])

    names = {accounts.organisation_by_id(i).code for i in plan.departments}  # type: ignore[union-attr]
    assert names == {MARKET, APPROVAL}


def test_a_draw_is_published_with_hash_rule_and_parties_before_anyone_is_drawn():
    draw = published()

    statement = draw.statement
    assert statement["population"]["size"] == 24 and statement["population"]["strata"] == {"none": 24}
    assert statement["rule"]["control_per_myriad"] == 200
    assert rules.digest(statement) == draw.statement_sha256
    assert not Visit.objects.exists()
    assert [json.loads(leaf.content)["kind"] for leaf in LogLeaf.objects.order_by("index")] == [
        "draw-published", "round-started",
    ]  # fmt: skip
    assert found_in(file_of(draw)) is Finding.NOT_YET


def test_the_published_file_names_no_object_and_no_person():
    draw = drawn()
    told = json.dumps(file_of(draw), ensure_ascii=False)

    for one in DrawObject.objects.filter(draw=draw):
        assert one.code not in told and one.name not in told and one.salt not in told
    assert "检查1" not in told


def test_grades_make_the_strata(monkeypatch: pytest.MonkeyPatch):
    ids = fill_objects()
    fill_inspectors()
    monkeypatch.setattr(grades, "grades_of", lambda found, *, on: {ids[0]: "A", ids[1]: "差", ids[2]: "unknown"})

    plan = approved()

    listed = {one.subject_id: one.stratum for one in registers.population(plan, on=TODAY)}
    assert (listed[ids[0]], listed[ids[1]], listed[ids[2]], listed[ids[3]]) == ("A", "D", "none", "none")


def test_who_had_as_many_visits_this_year_as_allowed_is_not_in_the_next_population():
    draw = drawn()
    plan = Plan.objects.get(pk=draw.plan_id)
    visited = set(Visit.objects.values_list("drawn__subject_id", flat=True))

    left = {one.subject_id for one in registers.population(plan, on=TODAY)}

    assert visited and not visited & left and len(left) == 24 - len(visited)
    assert len(registers.population(plan, on=TODAY.replace(year=2027))) == 24


def test_the_planner_neither_publishes_nor_commits(monkeypatch: pytest.MonkeyPatch):
    fill_objects()
    fill_inspectors()
    plan = approved()
    both = official(Role.DEPARTMENT_REVIEWER, MARKET, 901)  # the planner, who is a reviewer as well

    with pytest.raises(PlannerDrawsNot):
        drawing.publish(plan.pk, parties=parties(), by=both, at=NOON)
    draw_id = drawing.publish(plan.pk, parties=parties(), by=reviewer(), at=NOON)
    with pytest.raises(PlannerDrawsNot):
        drawing.commit(draw_id, commitment="11" * 32, by=officer(), at=NOON)

    assert not Commitment.objects.exists()


def test_only_a_reviewer_of_the_lead_publishes():
    fill_objects()
    fill_inspectors()
    plan = approved()

    for by, error in (
        (officer(user_id=950), NotPermitted),
        (office_reviewer(), NotFound),
        (reviewer(APPROVAL), NotFound),
    ):
        with pytest.raises(error):
            drawing.publish(plan.pk, parties=parties(), by=by, at=NOON)

    assert not Draw.objects.exists()


def test_a_plan_that_is_not_approved_or_over_is_not_drawn():
    fill_objects()
    fill_inspectors()
    waiting = planning.propose(plan_given(), by=officer(), at=NOON)
    over = approved()

    with pytest.raises(PlanNotApproved):
        drawing.publish(waiting, parties=parties(), by=reviewer(), at=NOON)
    with pytest.raises(PlanNotApproved):
        drawing.publish(over.pk, parties=parties(), by=reviewer(), at=NOON + 91 * DAY)

    assert not Draw.objects.exists()


def test_parties_are_enough_with_the_credit_office_and_an_outsider():
    fill_objects()
    fill_inspectors()
    plan, office = approved(), accounts.credit_office().code

    for wrong in ([MARKET, office], [MARKET, APPROVAL, JUSTICE], [MARKET, office, "91450100MAC000017C"]):
        with pytest.raises(PartiesWrong):
            drawing.publish(plan.pk, parties=wrong, by=reviewer(), at=NOON)

    assert not Draw.objects.exists()


def test_nothing_is_drawn_from_empty_registers_and_no_second_draw_while_one_is_open():
    with pytest.raises(NothingToDraw):
        drawing.publish(approved().pk, parties=parties(), by=reviewer(), at=NOON)
    draw = published()

    with pytest.raises(DrawOpen):
        drawing.publish(draw.plan_id, parties=parties(), by=reviewer(), at=NOON)

    assert Draw.objects.count() == 1


def test_three_parties_draw_and_anyone_gets_the_same():
    draw = drawn()
    content = file_of(draw)

    assert checking.check(json.dumps(content)) == checking.Checked(
        Finding.GOOD, draw.number, 24, len(content["visits"]), 1
    )  # type: ignore[arg-type]
    assert len(content["visits"]) == Visit.objects.count() == 1 + 3  # type: ignore[arg-type]  # 2 % of 24 and 10 % of 24, both up
    assert [json.loads(leaf.content)["kind"] for leaf in LogLeaf.objects.order_by("index")] == [
        "draw-published", "round-started", "committed", "committed", "committed", "drawn",
    ]  # fmt: skip


def test_nobody_reveals_before_all_have_committed_and_no_party_acts_twice():
    draw = published()
    commit(draw, reviewer(), office_reviewer())

    with pytest.raises(RoundClosed):
        reveal(draw, reviewer())
    with pytest.raises(RoundClosed):
        commit(draw, reviewer())
    commit(draw, witness())
    reveal(draw, reviewer())
    with pytest.raises(RoundClosed):
        reveal(draw, reviewer())

    assert not RoundEnd.objects.exists()


def test_what_is_revealed_must_be_what_was_committed_to():
    draw = published()
    commit(draw, *actors())

    for wrong in ("11" * 32, "not a value", value_of(witness())):
        with pytest.raises(ValueWrong):
            drawing.reveal(draw.pk, value=wrong, by=reviewer(), at=NOON + 2 * HOUR)
    with pytest.raises(NotAParty):
        drawing.reveal(draw.pk, value="11" * 32, by=reviewer(APPROVAL), at=NOON + 2 * HOUR)


def test_a_commitment_that_is_missing_counts_for_nothing_where_enough_came_and_voids_the_round_where_not():
    draw = published()
    commit(draw, reviewer(), office_reviewer())

    assert not drawing.settle(draw.pk, at=NOON + 47 * HOUR)
    assert drawing.settle(draw.pk, at=NOON + 48 * HOUR)

    end = RoundEnd.objects.get()
    assert (end.ended, end.defaulted) == ("void", [JUSTICE])
    assert not drawing.settle(draw.pk, at=NOON + 49 * HOUR)
    assert found_in(file_of(draw)) is Finding.NOT_YET
    # It knew nothing of the others' values: it is named, and may try again.
    assert drawing.start_again(draw.pk, parties=parties(), by=reviewer(), at=NOON + 49 * HOUR) == 2
    assert found_in(file_of(draw)) is Finding.NOT_YET


def test_a_draw_goes_on_without_a_credit_office_that_kept_its_value_back():
    draw = published()
    commit(draw, *actors())
    reveal(draw, reviewer(), witness())
    late = NOON + 72 * HOUR
    assert drawing.settle(draw.pk, at=late)

    for wrong in (parties(), [MARKET, JUSTICE]):  # with the office; without another in its place
        with pytest.raises(PartiesWrong):
            drawing.start_again(draw.pk, parties=wrong, by=reviewer(), at=late)
    assert drawing.start_again(draw.pk, parties=[MARKET, JUSTICE, APPROVAL], by=reviewer(), at=late) == 2


def test_who_does_not_reveal_voids_the_round_is_named_and_takes_no_part_in_the_next():
    draw = published()
    commit(draw, *actors())
    reveal(draw, reviewer(), office_reviewer())
    late = NOON + 72 * HOUR
    with pytest.raises(RoundClosed):
        reveal(draw, witness(), at=late)
    assert drawing.settle(draw.pk, at=late)

    with pytest.raises(PartiesWrong):
        drawing.start_again(draw.pk, parties=parties(), by=reviewer(), at=late)
    again = [MARKET, accounts.credit_office().code, APPROVAL]
    assert drawing.start_again(draw.pk, parties=again, by=reviewer(), at=late) == 2
    second = [reviewer(), office_reviewer(), officer(APPROVAL, 940)]
    commit(draw, *second, round_number=2, at=late + HOUR)
    reveal(draw, *second, at=late + 2 * HOUR)

    content = file_of(draw)
    assert content["rounds"][0]["defaulted"] == [JUSTICE]  # type: ignore[index]
    assert found_in(content) is Finding.GOOD


def test_the_visits_of_a_draw_are_opened_once():
    draw = drawn()
    before = Visit.objects.count()

    assert visiting.assign(draw.pk, at=NOON) == 0
    assert Visit.objects.count() == before


def test_who_must_withdraw_from_a_visit_is_replaced_by_the_draw_itself():
    draw = drawn()
    visit = Visit.objects.first()
    assert visit is not None
    out = visit.assignments.first().inspector  # type: ignore[union-attr]

    with pytest.raises(NotPermitted):
        visiting.replace_inspector(visit.pk, out.pk, reason="近亲属任职", by=officer(), at=NOON)
    visiting.replace_inspector(visit.pk, out.pk, reason="近亲属任职", by=reviewer(), at=NOON + 3 * HOUR)

    content = file_of(draw)
    assert len(content["replacements"]) == 1  # type: ignore[arg-type]
    assert found_in(content) is Finding.GOOD


def test_a_declared_recusal_keeps_an_inspector_away():
    ids = fill_objects(4)
    inspectors = fill_inspectors(size=3)
    plan = approved()
    for one in registers.population(plan, on=TODAY):
        assert one.subject_id in ids
        register_services.declare_recusal(inspectors[0], code=one.code, ground="kinship", by=officer(), at=NOON)

    draw = Draw.objects.get(pk=drawing.publish(plan.pk, parties=parties(), by=reviewer(), at=NOON))
    commit(draw, *actors())
    reveal(draw, *actors())

    assert len(draw.recusals) == 4
    content = file_of(draw)
    assert all("JC001" not in v["inspectors"] for v in content["visits"])  # type: ignore[attr-defined]
    assert found_in(content) is Finding.GOOD


@pytest.mark.parametrize("table", ["draw", "drawobject", "commitment", "reveal", "roundend", "visit", "change"])
def test_the_application_cannot_rewrite_what_was_drawn(table: str):
    for statement in (f"UPDATE inspections_{table} SET id = id", f"DELETE FROM inspections_{table}"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
