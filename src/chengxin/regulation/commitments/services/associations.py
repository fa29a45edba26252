"""Trade associations: letters of their own, which the credit office approves, and members by invitation."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.languages import InBoth
from chengxin.base.letters import services as letters
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission, Scope
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import about_subject
from chengxin.regulation.commitments import drafting
from chengxin.regulation.commitments.errors import AlreadyInvited, NoSuchSubject
from chengxin.regulation.commitments.models import AssociationLetter, Membership
from chengxin.regulation.commitments.procedure import ASSOCIATION_LETTER


@transaction.atomic
def submit_letter(code: str, *, given: Mapping[str, str], by: Actor, at: datetime) -> int:
    """Hand a draft to the credit office: the next version of the letter `code`, or (empty) a new one; the case's id.

    Raises `NotPermitted`, `NotFound` for another's letter, `DraftIncomplete`.
    """
    association_id = _association_of(by)
    content = drafting.content(given)
    queue_behind(f"association-letters:{association_id}")
    code = code or _next_code(association_id)
    before = AssociationLetter.objects.filter(code=code).order_by("-version").first()
    if before is not None and before.association_id != association_id:
        raise NotFound
    version = before.version + 1 if before else 1
    title = InBoth(
        *(f"{content['matter'].get(language) or content['matter']['zh']} v{version}" for language in ("zh", "en"))
    )
    case_id = casework.open_case(
        ASSOCIATION_LETTER.code,
        about=f"association-letter:{code}@{version}",
        title=title,
        parties={
            "association": Party(organisation_id=association_id),
            "office": Party(organisation_id=accounts.credit_office().id),
        },
        by=by,
        at=at,
    )
    AssociationLetter.objects.create(
        association_id=association_id,
        code=code,
        version=version,
        content=content,
        case_id=case_id,
        drafted_by=by.name,
        drafted_at=at,
    )
    audit.note("commitments.letter_submitted", f"{code}@{version}", by=by, at=at, case=case_id)
    return case_id


@transaction.atomic
def take(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Take a step in the case about a letter; once approved it is in force that day, and ends the version before.

    Raises what `casework.take_step` raises.
    """
    letter = AssociationLetter.objects.select_for_update().filter(case_id=case_id).first()
    if letter is None:
        raise NotFound
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    if step == "approve":
        today = local_date(at)
        in_force = AssociationLetter.objects.filter(
            code=letter.code, effective_from__isnull=False, effective_until__isnull=True
        )
        in_force.update(effective_until=today)
        letter.effective_from = today
        letter.save(update_fields=["effective_from"])
        audit.note("commitments.letter_approved", f"{letter.code}@{letter.version}", by=by, at=at, case=case_id)
    return state


@transaction.atomic
def withdraw_letter(letter_id: int, *, by: Actor, at: datetime) -> None:
    """End a letter of one's own association: from today on it cannot be signed. Raises `NotFound`, `NotPermitted`."""
    association_id = _association_of(by)
    letter = AssociationLetter.objects.select_for_update().filter(pk=letter_id, association_id=association_id).first()
    if letter is None or letter.effective_from is None or letter.effective_until is not None:
        raise NotFound
    letter.effective_until = local_date(at)
    letter.save(update_fields=["effective_until"])
    audit.note("commitments.letter_withdrawn", f"{letter.code}@{letter.version}", by=by, at=at)


@transaction.atomic
def invite(code: str, *, by: Actor, at: datetime) -> int:
    """Invite an organisation to the association's list of members; returns the membership's id.

    Raises `NotPermitted`, `NoSuchSubject`, `AlreadyInvited`.
    """
    association_id = _association_of(by)
    subject = subjects.by_code(code.strip().upper(), on=local_date(at))
    if subject is None:
        raise NoSuchSubject
    about = about_subject(subject.code)
    queue_behind(f"membership:{association_id}:{about}")
    if Membership.objects.filter(association_id=association_id, about=about, ended_at__isnull=True).exists():
        raise AlreadyInvited
    made = Membership.objects.create(association_id=association_id, about=about, invited_by=by.name, invited_at=at)
    association = accounts.organisation_by_id(association_id)
    assert association is not None
    places = dict.fromkeys(("case", "number", "matter", "reason"), "")
    named = InBoth(association.name_zh, association.name_en or association.name_zh)
    letters.write(
        "commitments/invited",
        to=Party(represented=about),
        values={**places, "authority": named, "day": local_date(at).isoformat()},
        by=by,
        at=at,
    )
    audit.note("commitments.member_invited", about, by=by, at=at, association=association.code)
    return made.pk


@transaction.atomic
def answer_invitation(membership_id: int, *, about: str, accepted: bool, by: Actor, at: datetime) -> None:
    """Accept or decline an invitation on behalf of `about`. Raises `NotFound`, `NotPermitted`."""
    found = Membership.objects.select_for_update().filter(pk=membership_id, about=about).first()
    if found is None or found.accepted_at is not None or found.ended_at is not None:
        raise NotFound
    if not by.may_for(about, Scope.APPLY):
        raise NotPermitted
    if accepted:
        found.accepted_at = at
    else:
        found.ended_at = at
    found.save(update_fields=["accepted_at", "ended_at"])
    audit.note("commitments.member_joined" if accepted else "commitments.member_declined", about, by=by, at=at)


@transaction.atomic
def end_membership(membership_id: int, *, by: Actor, at: datetime, about: str = "") -> None:
    """End a membership or take back an invitation: by the association, or by the member `about`.

    What was signed stays. Raises `NotFound`.
    """
    found = Membership.objects.select_for_update().filter(pk=membership_id, ended_at__isnull=True).first()
    runs_it = found is not None and by.may(Permission.RUN_ASSOCIATION, of=found.association_id)
    is_member = found is not None and bool(about) and found.about == about and by.may_for(about, Scope.APPLY)
    if found is None or not (runs_it or is_member):
        raise NotFound
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    audit.note("commitments.member_left", found.about, by=by, at=at)


def _next_code(association_id: int) -> str:
    codes = AssociationLetter.objects.filter(association_id=association_id).values("code").distinct().count()
    return f"association-{association_id}-{codes + 1}"


def _association_of(by: Actor) -> int:
    if by.organisation_id is None or not by.may(Permission.RUN_ASSOCIATION, of=by.organisation_id):
        raise NotPermitted
    return by.organisation_id
