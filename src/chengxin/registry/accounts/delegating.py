"""Writes of delegation: letting a colleague act on a subject's behalf, by name or by invitation, and ending it."""

import base64
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from chengxin.base import clock
from chengxin.base.audit import services as audit
from chengxin.base.errors import NotFound
from chengxin.base.sealing.keys import lookup_key
from chengxin.base.sealing.rules import lookup_hash
from chengxin.registry.accounts import policy, queries, rules
from chengxin.registry.accounts.errors import (
    AlreadyHeld,
    EndNotAllowed,
    InvitationNotValid,
    NoSuchColleague,
    NotDelegable,
    ScopesNotHeld,
)
from chengxin.registry.accounts.models import Invitation, Mandate, User
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Scope

CODE_BYTES = 10  # 80 bits: guessing is hopeless within the days that a code lives
CONTEXT = "accounts.invitation"


@transaction.atomic
def delegate(
    mandate_id: int, *, username: str, scopes: frozenset[Scope], until: datetime, by: Actor, at: datetime
) -> int:
    """Let a colleague act under the mandate with `scopes` until `until`; returns the new mandate's id."""
    mandate = _delegable(mandate_id, scopes, until, by=by, at=at)
    colleague = User.objects.select_for_update().filter(username=username.strip(), is_active=True).first()
    if colleague is None or colleague.pk == by.user_id:
        raise NoSuchColleague
    return _give(mandate, colleague, scopes, until, by=by, at=at)


@transaction.atomic
def invite(mandate_id: int, *, scopes: frozenset[Scope], until: datetime, by: Actor, at: datetime) -> str:
    """Offer to let whoever brings the returned code act under the mandate; the code can be had only now."""
    mandate = _delegable(mandate_id, scopes, until, by=by, at=at)
    code = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    hours = policy.delegation_terms(clock.local_date(at)).invitation_hours
    Invitation.objects.create(
        mandate_id=mandate.id,
        code_hash=_hash(code),
        scopes=" ".join(sorted(scopes)),
        ends_at=until,
        offered_at=at,
        expires_at=min(at + timedelta(hours=hours), until),
    )
    audit.note("accounts.invited", mandate.about, by=by, at=at, scopes=sorted(scopes), until=until.isoformat())
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


@transaction.atomic
def accept(code: str, *, by: Actor, at: datetime) -> int:
    """Take up the invitation with that code; returns the mandate's id. Raises `InvitationNotValid`, `AlreadyHeld`."""
    colleague = User.objects.select_for_update().filter(pk=by.user_id or 0).first()
    found = (
        Invitation.objects.select_for_update(of=("self", "mandate"))
        .select_related("mandate")
        .filter(code_hash=_hash(code), taken_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at)
        .first()
    )
    if found is None or colleague is None:
        raise InvitationNotValid
    giver = found.mandate
    held = next((m for m in queries.mandates_of(giver.user_id, at=at) if m.id == giver.pk), None)
    if held is None:
        raise InvitationNotValid
    found.taken_by, found.taken_at = colleague, at
    found.save(update_fields=["taken_by", "taken_at"])
    scopes = frozenset(Scope(s) for s in found.scopes.split())
    return _give(held, colleague, scopes, found.ends_at, by=by, at=at)


@transaction.atomic
def end_delegation(delegation_id: int, *, by: Actor, at: datetime) -> None:
    """End a delegated right at once, with every right and invitation that was given under it."""
    row = Mandate.objects.select_for_update().filter(pk=delegation_id, kind=MandateKind.DELEGATE).first()
    if row is None or (row.valid_until is not None and row.valid_until <= at):
        raise NotFound
    scopes = frozenset(Scope(s) for s in row.scopes.split())
    delegated = Mandated(row.pk, row.about, MandateKind(row.kind), scopes, row.valid_until)
    if not rules.may_end(delegated, delegated_by=row.delegated_by_id or 0, held=by.mandates):
        raise NotFound
    end_with_all_below(row, at=at)
    audit.note("accounts.delegation_ended", row.about, by=by, at=at, mandate=row.pk)


@transaction.atomic
def withdraw_invitation(invitation_id: int, *, by: Actor, at: datetime) -> None:
    """Make an invitation's code worthless."""
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("mandate")
        .filter(pk=invitation_id, taken_at__isnull=True, withdrawn_at__isnull=True)
        .first()
    )
    if row is None or not any(
        m.id == row.mandate_id or (m.about == row.mandate.about and m.kind != MandateKind.DELEGATE) for m in by.mandates
    ):
        raise NotFound
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    audit.note("accounts.invitation_withdrawn", row.mandate.about, by=by, at=at, invitation=row.pk)


def _delegable(mandate_id: int, scopes: frozenset[Scope], until: datetime, *, by: Actor, at: datetime) -> Mandated:
    """The mandate, locked and still in force, under which `by` may give these scopes until then."""
    Mandate.objects.select_for_update().filter(pk=mandate_id).first()
    held = queries.mandates_of(by.user_id, at=at) if by.user_id else ()
    mandate = next((m for m in held if m.id == mandate_id), None)
    if mandate is None:
        raise NotFound
    terms = policy.delegation_terms(clock.local_date(at))
    if not rules.may_delegate(mandate, terms):
        raise NotDelegable
    if not scopes or not scopes <= mandate.scopes:
        raise ScopesNotHeld
    latest = rules.latest_end(mandate, terms, at)
    if not at < until <= latest:
        raise EndNotAllowed(latest=clock.local_date(latest - timedelta(days=1)).isoformat())
    return mandate


def _give(
    mandate: Mandated, colleague: User, scopes: frozenset[Scope], until: datetime, *, by: Actor, at: datetime
) -> int:
    if any(m.about == mandate.about for m in queries.mandates_of(colleague.pk, at=at)):
        raise AlreadyHeld
    made = Mandate.objects.create(
        user=colleague,
        about=mandate.about,
        kind=MandateKind.DELEGATE.value,
        scopes=" ".join(sorted(scopes)),
        proof=f"mandate:{mandate.id}",
        delegated_by_id=mandate.id,
        valid_from=at,
        valid_until=until,
    )
    details = {"user": colleague.username, "scopes": sorted(scopes), "until": until.isoformat()}
    audit.note("accounts.delegated", mandate.about, by=by, at=at, mandate=made.pk, **details)
    return made.pk


def end_with_all_below(row: Mandate, *, at: datetime) -> None:
    """End a locked mandate, and every right and invitation that was given under it."""
    row.valid_until = at
    row.save(update_fields=["valid_until"])
    Invitation.objects.filter(mandate=row, taken_at__isnull=True, withdrawn_at__isnull=True).update(withdrawn_at=at)
    for below in Mandate.objects.select_for_update().filter(delegated_by=row, valid_until__gt=at):
        end_with_all_below(below, at=at)


def _hash(code: str) -> bytes:
    plain = "".join(c for c in code.upper() if c.isalnum())
    return lookup_hash(plain, key=lookup_key(), context=CONTEXT)
