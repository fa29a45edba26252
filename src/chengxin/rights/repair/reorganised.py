"""Reads of the green channel: what can be hidden, what is, until when, and the cases about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chengxin.base.casework import queries as casework
from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor, Scope
from chengxin.registry.records import keys as records
from chengxin.registry.subjects.rules import code_of
from chengxin.rights.repair import policy
from chengxin.rights.repair.models import HiddenRecord, Reorganisation, ReorganisationStep
from chengxin.rights.repair.procedure import REORGANISATION
from chengxin.rights.repair.rules import Grounds

SUSPENDED, ENDED = "suspended", frozenset({"repaired-after-plan", "restored"})


@dataclass(frozen=True, slots=True)
class ReorganisationRow:
    """An application by the green channel: the ruling in both languages, where it stands, how many records it hides.

    `later`: the cases about its end, first to last; `is_active`: the records are hidden now.
    """

    id: int
    case_id: int
    about: str
    court: str
    ruling_zh: str
    ruling_en: str
    ruling_number: str
    ruled_on: date
    plan_until: date
    statement: str
    signed_by: str
    commitment_version: str
    policy: str
    applied_at: datetime
    state: str
    is_active: bool
    hidden: int
    later: tuple[int, ...]


def reference(about: str) -> str:
    """What a case of the green channel is about."""
    return f"reorganisation:{about}"


def coverable(about: str, *, on: date) -> tuple[UUID, ...]:
    """The records of an enterprise that the green channel hides: in force, repairable here, not excepted by policy.

    Index: unique code, `record_subject`.
    """
    code = code_of(about)
    if code is None:
        return ()
    kept = policy.reorganisation_on(on).kept
    found = []
    for key, item, decided_by, content in records.in_force_of(code):
        terms = policy.terms_of(item, content=content, decided_by=decided_by, on=on)
        if item not in kept and terms is not None and terms.grounds is not Grounds.ELSEWHERE:
            found.append(key)
    return tuple(found)


def is_under_way(about: str) -> bool:
    """Whether an application waits or a suspension is in force. Index: `case_about`, `reorganisation_about`."""
    open_ones = casework.open_about(REORGANISATION.code, [reference(about)])
    return bool(open_ones) or any(map(is_active, Reorganisation.objects.filter(about=about)))


def is_active(found: Reorganisation) -> bool:
    """Whether the records are hidden by it now. Index: primary keys, foreign key."""
    return found.pk in _active([found])


def open_cases(found: Reorganisation, procedure: str) -> bool:
    """Whether a case of that procedure about its end is open. Index: `case_about`."""
    return bool(casework.open_about(procedure, [reference(found.about)]))


def of_case(case_id: int) -> Reorganisation:
    """The application that a case of the green channel is about. Raises `NotFound`. Index: unique case."""
    found = Reorganisation.objects.filter(case_id=case_id).first()
    if found is None:
        step = ReorganisationStep.objects.select_related("reorganisation").filter(case_id=case_id).first()
        found = step.reorganisation if step else None
    if found is None:
        raise NotFound
    return found


def still_hidden(found: Iterable[Reorganisation]) -> dict[int, tuple[UUID, ...]]:
    """The records that each hides and that are hidden still. Index: `hidden_record_once`, present version."""
    pks = [one.pk for one in found]
    rows = list(HiddenRecord.objects.filter(reorganisation_id__in=pks).values_list("reorganisation_id", "natural_key"))
    suspended = records.suspended_among([key for _, key in rows])
    return {pk: tuple(key for of, key in rows if of == pk and key in suspended) for pk in pks}


def reorganisation_of_case(case_id: int, *, actor: Actor, on: date) -> ReorganisationRow:
    """The application with what became of it, for those who have a part in the case. Raises `NotFound`."""
    casework.case(case_id, actor=actor, on=on)
    return _rows([of_case(case_id)])[0]


def reorganisations_about(about: str, *, by: Actor) -> tuple[ReorganisationRow, ...]:
    """All applications of an enterprise, newest first. Raises `NotFound` for anyone else.

    Index: `reorganisation_about`.
    """
    if not by.may_for(about, Scope.APPLY):
        raise NotFound
    return _rows(list(Reorganisation.objects.filter(about=about).order_by("-pk")))


def _active(found: list[Reorganisation]) -> set[int]:
    later = list(ReorganisationStep.objects.filter(reorganisation__in=found))
    states = casework.states_of([*(one.case_id for one in found), *(s.case_id for s in later if s.case_id is not None)])
    ended = {s.reorganisation_id for s in later if s.case_id is None or states.get(s.case_id) in ENDED}
    return {one.pk for one in found if states.get(one.case_id) == SUSPENDED and one.pk not in ended}


def _rows(found: list[Reorganisation]) -> tuple[ReorganisationRow, ...]:
    active, hidden = _active(found), still_hidden(found)
    states = casework.states_of(one.case_id for one in found)
    later: dict[int, list[int]] = {}
    for step in ReorganisationStep.objects.filter(reorganisation__in=found, case_id__isnull=False).order_by("pk"):
        later.setdefault(step.reorganisation_id, []).append(step.case_id or 0)
    rows = []
    for one in found:
        zh, en = policy.reorganisation_on(one.applied_at.date()).rulings.get(one.ruling, (one.ruling, one.ruling))
        rows.append(
            ReorganisationRow(
                id=one.pk,
                case_id=one.case_id,
                about=one.about,
                court=one.court,
                ruling_zh=zh,
                ruling_en=en,
                ruling_number=one.ruling_number,
                ruled_on=one.ruled_on,
                plan_until=one.plan_until,
                statement=one.statement,
                signed_by=one.signed_by,
                commitment_version=one.commitment_version,
                policy=one.policy,
                applied_at=one.applied_at,
                state=states[one.case_id],
                is_active=one.pk in active,
                hidden=len(hidden[one.pk]),
                later=tuple(later.get(one.pk, ())),
            )
        )
    return tuple(rows)
