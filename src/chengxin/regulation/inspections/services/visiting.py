"""Writes of visits: they come of a draw, are written down on site, handed in, checked by another, and published."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from chengxin.base.attachments import services as attachments
from chengxin.base.attachments.services import Readable
from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission, Role
from chengxin.regulation.inspections import onsite, policy, recording, rules
from chengxin.regulation.inspections.checking import DRAWN
from chengxin.regulation.inspections.errors import (
    ChangeWrong,
    InspectorPublishesNot,
    LeadHandsIn,
    NoReplacement,
    NotYourVisit,
    ReasonNeeded,
    ResultIncomplete,
    VisitClosed,
)
from chengxin.regulation.inspections.models import (
    Assignment,
    Change,
    DrawObject,
    Inspector,
    Outcome,
    RoundEnd,
    Visit,
    VisitFile,
)
from chengxin.regulation.inspections.onsite import Entry
from chengxin.regulation.inspections.policy import Matter
from chengxin.regulation.inspections.procedure import ASSIGNED, REVIEWER, VISIT
from chengxin.regulation.inspections.queries import visits
from chengxin.regulation.inspections.services import following
from chengxin.regulation.inspections.words import FIELDS

PHOTO, SIGNATURE = "photo", "signature"
PURPOSE = "inspection"
SUFFIX_BYTES = 4


@transaction.atomic
def assign(draw_id: int, *, at: datetime) -> int:
    """Open a visit for each object that was drawn, with its inspectors; returns how many were opened. Safe to repeat.

    A visit's number holds nothing of the token, so that a public result does not tell a stratum.
    """
    queue_behind(f"inspection-draw:{draw_id}")
    end = RoundEnd.objects.select_related("round__draw__plan").filter(round__draw_id=draw_id, ended=DRAWN).first()
    if end is None or Visit.objects.filter(draw_id=draw_id).exists():
        return 0
    draw = end.round.draw
    lead = accounts.organisation_by_id(draw.plan.lead_id)
    assert lead is not None
    by = accounts.actor_of_organisation(lead.code, roles=frozenset({Role.DEPARTMENT_OFFICER}), name=draw.published_by)
    assert by is not None
    tokens = [v["token"] for v in end.visits]
    objects = {o.token: o for o in DrawObject.objects.filter(draw=draw, token__in=tokens)}
    people = {
        i.number: i for i in Inspector.objects.filter(number__in=[n for v in end.visits for n in v["inspectors"]])
    }
    for one in end.visits:
        drawn = objects[one["token"]]
        number = f"{draw.number}-{secrets.token_hex(SUFFIX_BYTES)}"
        case_id = casework.open_case(
            VISIT.code,
            about=f"inspection-visit:{number}",
            title=f"{drawn.name} {draw.plan.title}"[:200],
            parties={"lead": Party(organisation_id=lead.id)},
            by=by,
            at=at,
        )
        visit = Visit.objects.create(drawn=drawn, draw=draw, number=number, part=one["part"], case_id=case_id)
        Assignment.objects.bulk_create(
            Assignment(visit=visit, inspector=people[n], replaces=None, at=at) for n in one["inspectors"]
        )
    audit.note("inspections.visits_assigned", str(draw), by=by, at=at, visits=len(tokens))
    return len(tokens)


@transaction.atomic
def replace_inspector(visit_id: int, inspector_id: int, *, reason: str, by: Actor, at: datetime) -> str:
    """Put the next inspector of the draw's own order in the place of one who must withdraw; returns the number.

    Raises `NotFound`, `NotPermitted`, `VisitClosed`, `ReasonNeeded`, `NoReplacement`.
    """
    visit = _locked(visit_id)
    seen = visits.visit_with(visit_id, actor=by)
    if REVIEWER.isdisjoint(r.value for r in by.roles):
        raise NotPermitted
    if seen.state != ASSIGNED:
        raise VisitClosed
    leaving = next((a for a in seen.inspectors if a.inspector_id == inspector_id), None)
    if leaving is None:
        raise NotFound
    if not reason.strip():
        raise ReasonNeeded
    before = Assignment.objects.filter(visit=visit, replaced_by__isnull=False)
    end = RoundEnd.objects.get(round__draw_id=visit.draw_id, ended=DRAWN)
    drawn = visit.drawn
    found = rules.replacement(
        end.seed,
        rules.Place(drawn.token, drawn.stratum, drawn.division, tuple(drawn.matters)),
        leaving=leaving.number,
        team=[a.number for a in seen.inspectors],
        left_before=set(before.values_list("inspector__number", flat=True)),
        inspectors=rules.inspectors_of(visit.draw.inspectors),
        recusals={(n, t) for n, t in visit.draw.recusals},
    )
    if found is None:
        raise NoReplacement
    Assignment.objects.create(
        visit=visit, inspector=Inspector.objects.get(number=found), replaces_id=leaving.assignment_id, at=at
    )
    audit.note(
        "inspections.inspector_replaced", str(visit), by=by, at=at, out=leaving.number, reason=reason.strip()[:200]
    )
    return found


@transaction.atomic
def write_down(visit_id: int, entries: Sequence[Entry], *, made_at: datetime, by: Actor, at: datetime) -> int:
    """Keep what an inspector entered on site; what came before is left as it is. Returns how many were new.

    Safe to send twice and in any order: each entry has the device's own id. Raises `NotFound`, `NotYourVisit`,
    `VisitClosed`, `ChangeWrong`.
    """
    visit = _for_inspector(visit_id, by)
    known = {c.pk: c.visit_id for c in Change.objects.filter(pk__in=[e.id for e in entries])}
    fresh = [e for e in entries if e.id not in known]
    if any(known.get(e.id, visit_id) != visit_id for e in entries):
        raise ChangeWrong
    if not fresh:
        return 0
    _require_open(visit_id, by)
    matters, results = visits.matters_of(visit), policy.results(local_date(at))
    for one in fresh:
        onsite.check_entry(one, matters=matters, results=results, on=local_date(at))
    Change.objects.bulk_create(
        Change(
            id=e.id, visit=visit, field=e.field, value=e.value, counter=e.counter, made_at=made_at, by_name=by.name,
            at=at,
        )
        for e in {e.id: e for e in fresh}.values()
    )  # fmt: skip
    audit.note("inspections.written_down", str(visit), by=by, at=at, entries=len(fresh))
    return len(fresh)


@transaction.atomic
def keep_file(
    visit_id: int, file_id: UUID, *, purpose: str, file: Readable, name: str, by: Actor, at: datetime
) -> bool:
    """Keep a photo or a drawn signature under the device's id; whether it was new. Safe to send twice.

    Raises `NotFound`, `NotYourVisit`, `VisitClosed`, `ChangeWrong`, and what `attachments.keep` raises.
    """
    visit = _for_inspector(visit_id, by)
    held = VisitFile.objects.filter(pk=file_id).first()
    if held is not None:
        if held.visit_id != visit_id:
            raise ChangeWrong
        return False
    if purpose not in (PHOTO, SIGNATURE):
        raise ChangeWrong
    _require_open(visit_id, by)
    kept = attachments.keep(reference_of(visit_id), file=file, name=name, purpose=PURPOSE, by=by, at=at)
    VisitFile.objects.create(id=file_id, visit=visit, purpose=purpose, attachment_id=kept, by_name=by.name, at=at)
    audit.note("inspections.file_kept", str(visit), by=by, at=at, purpose=purpose)
    return True


def reference_of(visit_id: int) -> str:
    """What the files of a visit belong to."""
    return f"inspection-visit:{visit_id}"


@transaction.atomic
def take(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Take a step in the case of a visit, with what it does; returns the state it leads to.

    Raises what `casework.take_step` raises, `NotYourVisit`, `LeadHandsIn`, `ResultIncomplete`, `InspectorPublishesNot`,
    `ResultNotRecorded`.
    """
    visit = Visit.objects.filter(case_id=case_id).first()
    if visit is None:
        raise NotFound
    visit = _locked(visit.pk)
    if step == "record":
        _for_inspector(visit.pk, by)
        if by.organisation_id != visit.draw.plan.lead_id:
            raise LeadHandsIn
    if step in ("publish", "return") and visits.is_inspector(visit.pk, actor=by):
        raise InspectorPublishesNot
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    if step == "record":
        _require_complete(visit, on=local_date(at))
    if step == "publish":
        _publish(visit, by=by, at=at)
    return state


def _require_complete(visit: Visit, *, on: date) -> None:
    matters, values = visits.matters_of(visit), visits.values_of(visit.pk)
    files = [f.id for f in visits.files_of(visit.pk)]
    lacking = onsite.missing(values, matters=matters, results=policy.results(on), files=files)
    if lacking:
        raise ResultIncomplete(missing=[label(field, matters) for field in lacking])


def label(field: str, matters: Sequence[Matter]) -> str:
    """How a field is called, in the language of the city."""
    kind, _, rest = field.partition(":")
    code, _, item = rest.partition(":")
    matter = next((m for m in matters if m.code == code), None)
    if matter is None:
        return str(FIELDS[kind])
    if item:
        return next(c.zh for c in matter.checklist if c.code == item)
    return f"{matter.zh}：{FIELDS[kind]}"


def _publish(visit: Visit, *, by: Actor, at: datetime) -> None:
    values, results = visits.values_of(visit.pk), policy.results(local_date(at))
    for place, matter in enumerate(visits.matters_of(visit), 1):
        result = results[values[onsite.result_field(matter)]]
        handling = str(values.get(onsite.note_field(matter), "")).strip()
        task = f"{visit.number}-{place}"
        inspected_on = date.fromisoformat(values[onsite.DAY])
        key = recording.hand_in(
            task,
            matter,
            result,
            code=visit.drawn.code,
            name=visit.drawn.name,
            inspected_on=inspected_on,
            handling=handling,
            by_name=by.name,
            at=at,
        )
        follow_up = following.order(visit, matter, handling, by=by, at=at) if result.is_followed_up else None
        Outcome.objects.create(
            visit=visit,
            matter=matter.version,
            task_number=task,
            result=result.code,
            is_problem=result.is_problem,
            handling=handling,
            inspected_on=inspected_on,
            natural_key=key,
            follow_up_case=follow_up,
            published_at=at,
        )
        audit.note("inspections.published", task, by=by, at=at, result=result.code, follow_up=follow_up)


def _locked(visit_id: int) -> Visit:
    queue_behind(f"inspection-visit:{visit_id}")
    visit = Visit.objects.select_related("drawn", "draw__plan").filter(pk=visit_id).first()
    if visit is None:
        raise NotFound
    return visit


def _for_inspector(visit_id: int, by: Actor) -> Visit:
    visit = _locked(visit_id)
    visits.visit_with(visit_id, actor=by)
    if not by.may(Permission.INSPECT) or not visits.is_inspector(visit_id, actor=by):
        raise NotYourVisit
    return visit


def _require_open(visit_id: int, by: Actor) -> None:
    if not visits.is_open(visits.visit_with(visit_id, actor=by)):
        raise VisitClosed
