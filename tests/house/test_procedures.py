"""Every procedure of the city, model-checked: no path skips what must come first, ends nowhere or is stuck."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import pairwise

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from chengxin.base.calendar.policy import working_days
from chengxin.base.casework import diagrams, rules, services, stages, watching
from chengxin.base.casework.models import Case, CaseEvent
from chengxin.base.casework.procedures import procedures
from chengxin.base.casework.rules import Party, Procedure, Step
from chengxin.base.clock import local_date
from chengxin.base.errors import ChengxinError
from tests.house.tree import ROOT

START = datetime(2026, 3, 2, 4, tzinfo=UTC)  # a Monday, 12:00 in the city
APPLICANT = "applicant"
ABOUT = {
    "list-entry": "list:serious-tax:x",
    "campaign-order": "campaign:1:2026-12-01",
}  # where a limit depends on what the case is about
DECLARED = procedures()
EACH = pytest.mark.parametrize("code", sorted(DECLARED))


def letters_of(code: str) -> Mapping[str, object]:
    """The steps of the procedure's room that write a letter to the applicant."""
    name = next(n for n in settings.CASE_PROCEDURES if n and procedures()[code] is _at(n))
    room = name.rsplit(".", 2)[0]
    return getattr(import_module(f"{room}.services"), "LETTERS", {})


def _at(name: str) -> Procedure:
    module, _, attribute = name.rpartition(".")
    return getattr(import_module(module), attribute)


def without(procedure: Procedure, steps: frozenset[str]) -> set[str]:
    return rules.reached(procedure, without=steps)


@EACH
def test_from_every_open_state_a_case_can_be_closed(code: str):
    declared = DECLARED[code]
    closing = {s.code for s in declared.states if declared.is_final(s.code)}
    while more := {a for s in declared.steps if s.to in closing for a in s.after} - closing:
        closing |= more

    assert {s.code for s in declared.states} - closing == set()


@EACH
def test_no_path_goes_around_what_a_decision_needs(code: str):
    assert rules.skipped_needs(DECLARED[code]) == []


@pytest.mark.parametrize(
    "code", ["dispute", "repair", "repair-withdrawal", "list-entry", "commitment-breach", "commitment-review"]
)
def test_procedures_of_the_law_say_what_their_decisions_need(code: str):
    assert DECLARED[code].needs


def test_a_path_around_notice_is_found():
    declared = DECLARED["repair-withdrawal"]
    short_cut = Step("at-once", "", frozenset({"proposed"}), "repair-withdrawn", "provider")

    faults = rules.faults(replace(declared, steps=(*declared.steps, short_cut)))

    assert faults == ["state repair-withdrawn: is reached without hear-silence, state"]


@EACH
def test_on_every_path_another_person_stood_before_whoever_decides_apart(code: str):
    declared = DECLARED[code]
    alone = [
        step.code
        for step in declared.steps
        if step.not_by_taker_of and step.after & without(declared, step.not_by_taker_of)
    ]

    assert alone == []


@EACH
def test_whoever_applied_learns_of_every_end_that_others_made(code: str):
    declared = DECLARED[code]
    if APPLICANT not in declared.parts:
        return
    letters = letters_of(code)
    untold = [
        step.code
        for step in declared.steps
        if declared.is_final(step.to)
        and step.part != APPLICANT
        and APPLICANT not in step.notifies
        and step.code not in letters
    ]

    assert untold == []


@EACH
def test_silence_is_heard_only_where_a_limit_runs_and_only_by_the_platform(code: str):
    declared = DECLARED[code]
    for state in declared.states:
        if state.on_silence:
            assert state.is_limited
            assert declared.step(state.on_silence).part == ""
    alone, moot = {s.code for s in declared.steps if not s.part}, {s.code for s in declared.steps if s.is_moot}
    silent = {s.on_silence for s in declared.states if s.on_silence}
    assert (alone, silent & moot) == (silent | moot, set())


@EACH
def test_a_limit_names_its_policy_and_an_open_state_says_for_whom_it_waits(code: str):
    declared = DECLARED[code]
    for state in declared.states:
        if state.time_allowed is not None:
            allowed = state.time_allowed(START.date())
            assert allowed.working_days > 0 and "@" in allowed.policy
        if not declared.is_final(state.code):
            assert stages.waits_for(declared, state.code)


@EACH
def test_the_state_diagram_in_the_docs_is_current(code: str):
    path = ROOT / "docs" / "procedures" / f"{code}.md"

    assert path.read_text(encoding="utf-8") == diagrams.page(DECLARED[code]), "run bin/manage casework diagrams"


def test_the_docs_hold_no_diagram_of_a_procedure_that_is_gone():
    assert {p.stem for p in (ROOT / "docs" / "procedures").glob("*.md")} == set(DECLARED)


@dataclass(frozen=True)
class Someone:
    """Someone in an organisation, or the applicant."""

    name: str
    user_id: int
    organisation_id: int | None
    roles: frozenset[str]
    reaches: frozenset[int]
    represents: frozenset[str] = frozenset()
    organisation_code: str = ""


def people_of(declared: Procedure) -> tuple[dict[str, Party], list[Someone]]:
    """Parties, and for each two people with every role that the part has."""
    parties, people = {}, []
    for number, part in enumerate(declared.parts, 1):
        steps = [s for s in (declared.opening, *declared.steps) if s.part == part]
        roles = frozenset().union(*(s.roles for s in steps))
        applies = part == APPLICANT or (not roles and part != "office")
        parties[part] = Party(represented=f"x:{number}") if applies else Party(organisation_id=900 + number)
        for one in (1, 2):
            user_id = 10 * number + one
            if applies:
                who = Someone(f"u{user_id}", user_id, None, frozenset(), frozenset(), frozenset({f"x:{number}"}))
            else:
                who = Someone(f"u{user_id}", user_id, 900 + number, roles, frozenset({900 + number}))
            people.append(who)
    return parties, people


@pytest.mark.django_db
@EACH
@examples(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_people_do_the_case_keeps_to_its_procedure(code: str, data: st.DataObject):
    declared = DECLARED[code]
    parties, people = people_of(declared)
    opener = next(p for p in people if rules.may_take(declared.opening, parties=parties, by=p))
    with transaction.atomic():
        at = START + timedelta(days=data.draw(st.integers(0, 300)))
        case_id = services.open_case(
            code, about=ABOUT.get(code, "x"), title="虚构", parties=parties, by=opener, at=at, reason="理由（测试）"
        )
        for _ in range(data.draw(st.integers(1, 12))):
            at += timedelta(days=data.draw(st.sampled_from([0, 1, 4, 30])))
            before = Case.objects.values().get(pk=case_id)
            act(data, declared, case_id, people, at)
            keeps_to(declared, case_id, before, at)
        transaction.set_rollback(True)


def act(data: st.DataObject, declared: Procedure, case_id: int, people: list[Someone], at: datetime) -> None:
    """Someone tries a step, or the platform looks at deadlines; what is refused leaves the case as it was."""
    if data.draw(st.integers(0, 4)) == 0:
        watching.watch_all(at=at)
        return
    state = Case.objects.get(pk=case_id).state
    likely = [s.code for s in declared.steps_after(state)] or [s.code for s in declared.steps]
    any_step = [s.code for s in declared.steps]
    step = data.draw(st.sampled_from(likely if data.draw(st.integers(0, 4)) else any_step))
    by = data.draw(st.sampled_from(people))
    before = Case.objects.values().get(pk=case_id)
    try:
        services.take_step(case_id, step, by=by, at=at, reason="理由（测试）")
    except ChengxinError:
        assert Case.objects.values().get(pk=case_id) == before


def keeps_to(declared: Procedure, case_id: int, before: dict[str, object], at: datetime) -> None:
    case = Case.objects.get(pk=case_id)
    events = list(CaseEvent.objects.filter(case_id=case_id).order_by("number"))
    if before["closed_at"] is not None:
        assert Case.objects.values().get(pk=case_id) == before
    assert (case.closed_at is not None) == declared.is_final(case.state)
    assert [e.number for e in events] == list(range(1, case.steps_taken + 1))
    assert all(a.to_state == b.from_state for a, b in pairwise(events))
    taken = {e.step for e in events}
    for need in declared.needs:
        assert not any(e.to_state == need.state for e in events) or need.one_of & taken
    for later in events:
        barred = {s.code: s.not_by_taker_of for s in declared.steps}.get(later.step, frozenset())
        assert not any(e.step in barred and e.by_user_id == later.by_user_id for e in events[: later.number - 1])
    has_its_deadline(declared, case)


def has_its_deadline(declared: Procedure, case: Case) -> None:
    state = declared.state(case.state)
    if not state.is_limited and case.due_on is not None:
        assert any(s.on_silence and declared.step(s.on_silence).to == state.code for s in declared.states)
        assert case.due_on < local_date(case.state_since), "only a limit that passed in silence goes on to stand"
        return
    assert (case.due_working_days is not None) == state.is_limited
    if state.is_limited and case.due_on is None:
        begun = local_date(case.state_since)
        assert begun.year + 1 not in working_days().years, "a last day is unknown only where its year is not announced"
    assert (case.due_policy != "") == state.is_limited
