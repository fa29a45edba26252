"""Reads of trade associations: their letters, members, and where a subject is a member."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chengxin.base.casework import queries as casework
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import code_of
from chengxin.regulation.commitments.models import AssociationLetter, Membership


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member or someone invited. `name` is the organisation's."""

    id: int
    association_id: int
    about: str
    code: str
    name: str
    invited_at: datetime
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A version of an association's letter, with the state of its case; `content` as a policy entry's values."""

    id: int
    code: str
    version: int
    content: Mapping[str, Any]
    case_id: int
    state: str
    drafted_at: datetime
    effective_from: date | None
    effective_until: date | None


def members_of(actor: Actor, *, on: date, page: int = 1, size: int = 20) -> tuple[tuple[MemberRow, ...], int]:
    """Members and invitations of the actor's association, newest first, and their number. Index: `membership_once`."""
    found = Membership.objects.filter(association_id__in=list(actor.reaches), ended_at__isnull=True)
    rows = found.order_by("-invited_at", "-id")[(page - 1) * size : page * size]
    return _members(rows, on=on), found.count()


def memberships_of(about: str, *, on: date) -> tuple[MemberRow, ...]:
    """Where a subject is a member or invited. Index: `membership_about`."""
    found = Membership.objects.filter(about=about, ended_at__isnull=True).order_by("invited_at")
    return _members(found, on=on)


def is_member(about: str, association_id: int) -> bool:
    """Whether the subject accepted the association's invitation and stayed. Index: `membership_about`."""
    return Membership.objects.filter(
        about=about, association_id=association_id, accepted_at__isnull=False, ended_at__isnull=True
    ).exists()


def letters_of(actor: Actor) -> tuple[LetterRow, ...]:
    """The letters of the actor's association, all versions, newest first. Index: `association_letter_of`."""
    found = list(AssociationLetter.objects.filter(association_id__in=list(actor.reaches)).order_by("code", "-version"))
    return _letters(found)


def letter_of_case(case_id: int, *, actor: Actor, on: date) -> LetterRow | None:
    """The letter that a case is about, for those who have a part in it; None for other cases. Index: unique case."""
    casework.case(case_id, actor=actor, on=on)
    found = AssociationLetter.objects.filter(case_id=case_id).first()
    return _letters([found])[0] if found else None


def _letters(found: list[AssociationLetter]) -> tuple[LetterRow, ...]:
    states = casework.states_of(row.case_id for row in found)
    return tuple(
        LetterRow(
            id=row.pk,
            code=row.code,
            version=row.version,
            content=row.content,
            case_id=row.case_id,
            state=states[row.case_id],
            drafted_at=row.drafted_at,
            effective_from=row.effective_from,
            effective_until=row.effective_until,
        )
        for row in found
    )


def _members(found: Iterable[Membership], *, on: date) -> tuple[MemberRow, ...]:
    codes = {row.pk: (row, code_of(row.about) or "") for row in found}
    names = subjects.names_by_code([code for _, code in codes.values()], on=on)
    return tuple(
        MemberRow(
            id=row.pk,
            association_id=row.association_id,
            about=row.about,
            code=code,
            name=names.get(code, code),
            invited_at=row.invited_at,
            accepted_at=row.accepted_at,
        )
        for row, code in codes.values()
    )
