"""A list that honours natural persons: nobody stands on it but by their own consent, and no longer than it holds."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from chengxin.base.casework import services as casework
from chengxin.base.casework.errors import NotYourStep, SamePersonTwice, StepNotOpen
from chengxin.base.casework.models import Case
from chengxin.base.casework.notices import notices_of
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.base.transparency import queries as transparency
from chengxin.base.transparency.queries import openings_of
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope
from chengxin.registry.records.models import PersonRecord
from chengxin.regulation.lists import policy, public, queries, reading, services
from chengxin.regulation.lists.errors import (
    AlreadyListed,
    ConsentMissing,
    ConsentUnsigned,
    ConsentWordingChanged,
    NotWithdrawable,
    NotYourConsent,
)
from chengxin.regulation.lists.models import HonourConsent, ListEntry, Proposal
from chengxin.regulation.lists.public import Fold
from chengxin.regulation.lists.tests.factories import NOON, arrived_person, officer, reviewer

pytestmark = pytest.mark.django_db
LIST, CIVIL_AFFAIRS = "outstanding-volunteers", "114501000075510838"
DAY = timedelta(days=1)


@pytest.fixture
def about(tmp_path: Path) -> str:
    return arrived_person(tmp_path)


def person(about: str, kind: MandateKind = MandateKind.SELF) -> Actor:
    """The person themself, or who acts for them."""
    return Actor(
        "zhou",
        None,
        "",
        frozenset({Role.RESIDENT}),
        user_id=811,
        mandates=(Mandated(1, about, kind, frozenset(Scope)),),
    )


def asked(number: int = 1) -> int:
    """The case of a proposal to honour the person with that number."""
    return services.propose_person(
        LIST, number=files.citizen(number), facts="三年服务 600 小时（虚构）", evidence="志愿服务记录（虚构）",
        months=24, by=officer(CIVIL_AFFAIRS), at=NOON,
    )  # fmt: skip


def agree(case_id: int, by: Actor, *, agrees: bool = True, wording: str = "") -> None:
    version = wording or policy.wording_on(NOON.date()).version
    services.take(case_id, "consent", by=by, at=NOON, agrees=agrees, wording=version)


def decide(case_id: int, by: Actor | None = None, step: str = "list") -> None:
    by = by or reviewer(CIVIL_AFFAIRS)
    services.take(case_id, step, by=by, at=NOON, reason="经核实（虚构）", number=f"虚构志字〔2026〕{case_id}号")


def shown() -> list[tuple[str, str]]:
    return [(e.name, e.masked_number) for e in public.entries_of(LIST, at=NOON).items]


def answered(about: str) -> list[str]:
    return [e.list_code for e in queries.entries_in_force([about], at=NOON).get(about, ())]


def test_a_person_is_asked_consents_and_is_named_masked_and_vanishes_everywhere_with_the_consent(about: str):
    case_id = asked()
    assert told_to(about)[-1].title_zh == "列入荣誉名单征求同意书"
    agree(case_id, person(about))
    assert (shown(), answered(about)) == ([], [])

    decide(case_id)

    ((name, number),) = shown()
    assert (name, number[:2], number.count("*"), answered(about)) == ("虚**", files.citizen(1)[:2], 14, [LIST])
    entry = ListEntry.objects.get(case_id=case_id)
    assert entry.natural_key is None
    services.withdraw_consent(entry.pk, about=about, by=person(about), at=NOON)
    assert (shown(), answered(about), public.fold_of(LIST, at=NOON)) == ([], [], Fold(0, 0, 0))
    opened = [json.loads(one["opening"]["statement"]) for one in openings_of(f"list-entry:{entry.pk}", at=NOON)]
    assert [(one["name"], one["exit"]) for one in opened] == [("", ""), ("", "consent")]
    (row,) = reading.entries_by(CIVIL_AFFAIRS, at=NOON).items
    assert (row.subject_name, row.ended, row.ended_on, row.remains) == ("", "consent", NOON.date(), False)
    lines = [json.loads(row.content) for row in transparency.leaves(start=0, size=9) if LIST in row.content]
    assert [(one["kind"], one.get("reason"), one["change"]) for one in lines] == [
        ("entered", None, 1),
        ("exited", "consent", -1),
    ]
    assert told_to(about)[-1].title_zh == "同意已经撤回"
    (notice,) = notices_of(reviewer(CIVIL_AFFAIRS), size=1).items
    assert (notice.title, notice.case_id) == ("本人撤回同意，列入已经终止：优秀志愿者名单（经本人同意）", case_id)
    assert f"虚构志字〔2026〕{case_id}号" in notice.body
    assert not any(named in notice.title + notice.body for named in ("虚某", files.citizen(1), about))
    matter = reading.matter_of_case(case_id, actor=reviewer(CIVIL_AFFAIRS), at=NOON)
    assert (matter.ended, matter.ended_on, matter.stands) == ("consent", NOON.date(), False)
    with pytest.raises(NotWithdrawable):
        services.withdraw_consent(entry.pk, about=about, by=person(about), at=NOON)


@pytest.mark.parametrize("end", ["decline", "silence", "decline after consent", "drop", "not-list"])
def test_whoever_refuses_is_silent_or_is_not_chosen_bears_no_mark_and_may_be_asked_again(about: str, end: str):
    case_id = asked()
    records, log = PersonRecord.objects.count(), transparency.latest_head()
    if end in {"decline after consent", "not-list"}:
        agree(case_id, person(about))
    if end == "silence":
        casework.expire(case_id, steps_taken=1, at=NOON + 40 * DAY)
    elif end.startswith("decline"):
        services.take(case_id, "decline", by=person(about), at=NOON)
    elif end == "drop":
        services.take(case_id, "drop", by=officer(CIVIL_AFFAIRS), at=NOON, reason="虚构")
    else:
        decide(case_id, step="not-list")

    assert Case.objects.get(pk=case_id).closed_at is not None
    with pytest.raises(StepNotOpen):
        decide(case_id)
    assert (shown(), answered(about), ListEntry.objects.count()) == ([], [], 0)
    assert (PersonRecord.objects.count(), transparency.latest_head()) == (records, log)
    assert asked() != case_id


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (lambda about: {"by": person(about, MandateKind.DELEGATE)}, NotYourConsent),
        (lambda _about: {"by": person("person:999999")}, NotFound),
        (lambda _about: {"by": officer(CIVIL_AFFAIRS)}, NotYourStep),
        (lambda about: {"by": person(about), "agrees": False}, ConsentUnsigned),
        (lambda about: {"by": person(about), "wording": "lists-consent/wording@2001-01-01"}, ConsentWordingChanged),
    ],
)
def test_nobody_but_the_person_consents_and_only_to_what_was_read(about: str, given, error):
    case_id = asked()

    with pytest.raises(error), transaction.atomic():
        agree(case_id, **given(about))
    assert (Case.objects.get(pk=case_id).state, HonourConsent.objects.count()) == ("asked", 0)


def test_nobody_takes_back_the_consent_of_another(about: str):
    case_id = asked()
    agree(case_id, person(about))
    decide(case_id)
    entry = ListEntry.objects.get(case_id=case_id)

    with pytest.raises(NotYourConsent):
        services.withdraw_consent(entry.pk, about=about, by=person(about, MandateKind.DELEGATE), at=NOON)
    with pytest.raises(NotFound):
        services.withdraw_consent(entry.pk, about="person:999999", by=person("person:999999"), at=NOON)
    assert answered(about) == [LIST]


def test_who_proposed_does_not_decide_and_nobody_is_decided_about_before_the_consent(about: str):
    case_id = asked()
    with pytest.raises(AlreadyListed):
        asked()
    with pytest.raises(StepNotOpen):
        decide(case_id)
    agree(case_id, person(about))
    with pytest.raises(NotYourStep):
        decide(case_id, officer(CIVIL_AFFAIRS))
    with pytest.raises(SamePersonTwice):
        decide(case_id, reviewer(CIVIL_AFFAIRS, officer().user_id or 0))
    assert shown() == []


def test_a_decision_without_the_consent_is_refused_even_where_the_case_says_otherwise(about: str):
    case_id = asked()
    casework.take_step(case_id, "consent", by=person(about), at=NOON)  # not by the room's own door: nothing was read
    with pytest.raises(ConsentMissing), transaction.atomic():
        decide(case_id)
    proposal = Proposal.objects.get(case_id=case_id)
    entry = ListEntry(
        proposal=proposal, case_id=case_id, list_code=LIST, about=about, authority_code=CIVIL_AFFAIRS,
        authority_name_zh="x", authority_name_en="x", decision_number="虚构", decided_on=NOON.date(),
        notice_served_on=NOON.date(), heard_on=NOON.date(), in_force_from=NOON.date(),
        in_force_until=NOON.date() + 99 * DAY, reason="x", policy="x", proposed_by_id=802, decided_by="x",
        decided_by_id=803, entered_at=NOON,
    )  # fmt: skip

    with pytest.raises(IntegrityError, match="needs the consent of the person"), transaction.atomic():
        entry.save()


def test_what_was_consented_to_cannot_be_rewritten(about: str):
    agree(asked(), person(about))

    with pytest.raises(ProgrammingError), transaction.atomic():
        HonourConsent.objects.update(given=False)


class _Undo(Exception):
    pass


STEPS = ["consent", "decline", "list", "not-list", "drop", "silence", "withdraw", "court"]
ways = st.lists(st.sampled_from(STEPS), min_size=2, max_size=7)


@property_settings(
    max_examples=40, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ways)
def test_whatever_happens_a_person_is_named_and_answered_for_only_while_the_consent_holds(about: str, way: list[str]):
    try:
        with transaction.atomic():
            _walk(about, asked(), way)
            raise _Undo
    except _Undo:
        return


def _walk(about: str, case_id: int, way: list[str]) -> None:
    for step in way:
        try:
            with transaction.atomic():
                _take(about, case_id, step)
        except ChengxinError:
            continue
        last = HonourConsent.objects.order_by("-id").first()
        named = bool(answered(about))
        assert named == bool(shown())
        assert not named or (last is not None and last.given)
        assert public.fold_of(LIST, at=NOON) == Fold(int(named), 0, int(named))


def _take(about: str, case_id: int, step: str) -> None:
    entry = ListEntry.objects.filter(case_id=case_id).first()
    if step == "consent":
        agree(case_id, person(about))
    elif step == "decline":
        services.take(case_id, step, by=person(about), at=NOON)
    elif step in {"list", "not-list"}:
        decide(case_id, step=step)
    elif step == "drop":
        services.take(case_id, step, by=officer(CIVIL_AFFAIRS), at=NOON, reason="虚构")
    elif step == "silence":
        casework.expire(case_id, steps_taken=Case.objects.get(pk=case_id).steps_taken, at=NOON + 40 * DAY)
    elif entry is not None and step == "withdraw":
        services.withdraw_consent(entry.pk, about=about, by=person(about), at=NOON)
    elif entry is not None:
        removal = services.propose_removal(entry.pk, exit="court", grounds="虚构", by=officer(CIVIL_AFFAIRS), at=NOON)
        services.take(
            removal, "remove", by=reviewer(CIVIL_AFFAIRS), at=NOON, reason="虚构", number=f"虚构移{removal}号"
        )
