"""Finding a commitment kept or broken: each step of the cases, with its letter, its record and what follows."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from chengxin.base.attachments.services import Upload
from chengxin.base.audit import services as audit
from chengxin.base.casework import evidence
from chengxin.base.casework import queries as cases
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound
from chengxin.base.languages import InBoth
from chengxin.base.listing import in_turn_in_chinese
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.queries import OrganisationRow
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.catalogue.rules import Words
from chengxin.registry.subjects import queries as subjects
from chengxin.regulation.commitments import letters_in_force, queries, recording, rules, writing
from chengxin.regulation.commitments.errors import (
    ChecksMissing,
    FindingOpen,
    FindingStands,
    NoRectification,
    NothingBroken,
    NothingToCheck,
    RectificationFirst,
)
from chengxin.regulation.commitments.models import Commitment, Decision, Due, Finding, FollowUp
from chengxin.regulation.commitments.procedure import BREACH, FOLLOW_UP, FULFILMENT
from chengxin.regulation.commitments.rules import Result, State, Template
from chengxin.regulation.commitments.services import reviewing


@transaction.atomic
def propose_fulfilled(number: str, *, by: Actor, at: datetime, reason: str = "") -> int:
    """Propose that a commitment was kept: each obligation was found met; returns the case's id.

    Raises `NotFound`, `NothingToCheck`, `FindingOpen`, `ChecksMissing`, and what `open_case` raises.
    """
    found, template = _to_find(number, by=by)
    dues = Due.objects.filter(commitment=found).prefetch_related("checks")
    met = [d.code for d in dues if _latest(d) == Result.MET.value]
    if rules.open_obligations(template.obligations, met):
        raise ChecksMissing
    return _open(FULFILMENT.code, found, met, by=by, at=at, reason=reason)


@transaction.atomic
def propose_breach(
    number: str,
    *,
    obligations: Sequence[str],
    by: Actor,
    at: datetime,
    reason: str,
    uploads: Sequence[Upload] = (),
) -> int:
    """Tell the promisor that a breach is to be found, why, and by what files, and hear it; returns the case's id.

    Raises `NotFound`, `NothingToCheck`, `FindingOpen`, `NothingBroken`, `UploadsRefused`, and what `open_case` raises.
    """
    found, template = _to_find(number, by=by)
    broken = [o.code for o in template.obligations if o.code in obligations]
    if not broken or not reason.strip():
        raise NothingBroken
    case_id = _open(BREACH.code, found, broken, by=by, at=at, reason=reason)
    evidence.keep_evidence(case_id, uploads=uploads, by=by, at=at)
    writing.write("propose-breach", found, case_id, reason, by=by, at=at)
    return case_id


@transaction.atomic
def take(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Take a step in a case about a commitment, with what it does; returns the state it leads to.

    A finding enters the record in this transaction: all faces read it from its commit on. Raises what
    `casework.take_step` raises, `RectificationFirst`, `NoRectification`.
    """
    finding = Finding.objects.select_related("commitment").filter(case_id=case_id).first()
    if finding is None:
        return _take_task(case_id, step, by=by, at=at, reason=reason)
    found = finding.commitment
    queue_behind(f"commitment:{found.number}")
    template = _template(found)
    _check_rectification(step, case_id, template)
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    if step in rules.FOUND:
        _decide(finding, step, template, by=by, at=at, reason=reason)
    writing.write(step, found, case_id, reason, by=by, at=at)
    return state


def _to_find(number: str, *, by: Actor) -> tuple[Commitment, Template]:
    queue_behind(f"commitment:{number}")
    found = Commitment.objects.filter(number=number).first()
    if found is None or found.authority_id not in by.reaches:
        raise NotFound
    if found.state != State.RUNNING.value:
        raise NothingToCheck
    if queries.has_open_finding(number):
        raise FindingOpen
    return found, _template(found)


def _template(found: Commitment) -> Template:
    template = letters_in_force.template_named(found.template_version)
    if template is None:
        raise NotFound
    return template


def _latest(due: Due) -> str:
    checks = sorted(due.checks.all(), key=lambda c: c.pk)
    return checks[-1].result if checks else ""


def _authority(found: Commitment) -> OrganisationRow:
    authority = accounts.organisation_by_id(found.authority_id)
    assert authority is not None
    return authority


def _open(
    procedure: str, found: Commitment, obligations: Sequence[str], *, by: Actor, at: datetime, reason: str
) -> int:
    parties = {
        "promisor": Party(represented=found.about),
        "authority": Party(organisation_id=found.authority_id),
    }
    case_id = casework.open_case(
        procedure,
        about=queries.reference_of(found.number),
        title=_title(found),
        parties=parties,
        by=by,
        at=at,
        reason=reason,
    )
    Finding.objects.create(
        case_id=case_id, commitment=found, facts=reason.strip(), obligations=list(obligations), opened_at=at
    )
    audit.note("commitments.finding_opened", found.number, by=by, at=at, case=case_id, procedure=procedure)
    return case_id


def _title(found: Commitment, *, does: Words | None = None) -> InBoth:
    """How a case about it is called, `does` what is to be done; it names no natural person."""
    name = "" if found.is_person else found.shown_name
    zh, en = (" ".join(filter(None, (name, matter))) for matter in (found.matter_zh, found.matter_en))
    return InBoth(zh, en) if does is None else InBoth(f"{does.zh}：{zh}", f"{does.en or does.zh}: {en}")


def _check_rectification(step: str, case_id: int, template: Template) -> None:
    """Time to mend is given where the letter says so, before a breach goes on to its decision, and only there."""
    if step == "order-rectification" and not template.has_rectification:
        raise NoRectification
    if step == "forward" and template.has_rectification and cases.states_of([case_id]).get(case_id) == "heard":
        raise RectificationFirst


def _decide(finding: Finding, step: str, template: Template, *, by: Actor, at: datetime, reason: str) -> None:
    found = finding.commitment
    state = rules.state_after(step, State(found.state))
    if found.natural_key is not None:
        _record(found, template, state, finding, by=by, at=at, reason=reason)
    Decision.objects.create(
        commitment=found,
        finding=finding,
        state=state.value,
        reason=reason.strip(),
        decided_by=by.name,
        decided_at=at,
    )
    found.state, found.state_since = state.value, at
    found.save(update_fields=["state", "state_since"])
    audit.note("commitments.decided", found.number, by=by, at=at, case=finding.case_id, state=state.value)
    if state is not State.PERFORMED:
        _follow_up(found, template, by=by, at=at)


def _record(
    found: Commitment, template: Template, state: State, finding: Finding, *, by: Actor, at: datetime, reason: str
) -> None:
    subject = subjects.by_code(found.subject_code, on=local_date(at))
    told = in_turn_in_chinese(template.obligation(code).text.zh for code in finding.obligations)
    recording.hand_in(
        found,
        template,
        name=subject.name if subject else found.shown_name,
        state=state,
        authority=_authority(found),
        by_name=by.name,
        at=at,
        evidence="。".join(filter(None, (told, reason.strip()))),
    )


def _follow_up(found: Commitment, template: Template, *, by: Actor, at: datetime) -> None:
    """What the letter says follows a breach becomes a task in the competent department's inbox."""
    for consequence in template.on_breach:
        department = accounts.organisation_by_code(consequence.department)
        assert department is not None
        parties = {
            "authority": Party(organisation_id=found.authority_id),
            "department": Party(organisation_id=department.id),
        }
        title = _title(found, does=consequence.name)
        case_id = casework.open_case(
            FOLLOW_UP.code, about=queries.reference_of(found.number), title=title, parties=parties, by=by, at=at
        )
        FollowUp.objects.create(
            case_id=case_id, commitment=found, task=consequence.task, department_id=department.id, opened_at=at
        )
        audit.note("commitments.task_assigned", found.number, by=by, at=at, case=case_id, task=consequence.task)


def _take_task(case_id: int, step: str, *, by: Actor, at: datetime, reason: str) -> str:
    task = FollowUp.objects.select_related("commitment").filter(case_id=case_id).first()
    if task is None:
        return reviewing.take(case_id, step, by=by, at=at, reason=reason)
    if step == "call-off" and State(task.commitment.state) in rules.BREACHES:
        raise FindingStands
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    if step == "confirm-result":
        department = accounts.organisation_by_id(task.department_id)
        assert department is not None
        told = _result_of(case_id, by=by, at=at)
        writing.send("task-done", task.commitment, department, case_id, told, by=by, at=at)
    return state


def _result_of(case_id: int, *, by: Actor, at: datetime) -> str:
    """What the department reported last."""
    reported = [e.reason for e in cases.events(case_id, actor=by) if e.step == "report-result"]
    return reported[-1]
