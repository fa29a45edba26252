"""Writes of the catalogue: a change is proposed by one official and published by another, as a new dated version."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.policy import city_folder
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.catalogue import checking, in_force, queries, revising
from chengxin.registry.catalogue.errors import (
    AlreadyProposed,
    DecisionReasonMissing,
    NothingRevised,
    NotOpen,
    OwnChange,
    ProhibitedField,
    RevisionBroken,
    RevisionIncomplete,
    TooEarly,
)
from chengxin.registry.catalogue.models import ItemVersion, Proposal
from chengxin.registry.catalogue.revising import Changes, ProposalState


@transaction.atomic
def propose(code: str, changes: Changes, *, effective_from: date | None, reason: str, by: Actor, at: datetime) -> int:
    """Propose a change of the item's newest version; returns the proposal's id.

    Raises `NotPermitted`, `UnknownItem`, `AlreadyProposed`, `RevisionIncomplete`, `TooEarly`, `ProhibitedField`,
    `RevisionBroken`, `NothingRevised`.
    """
    require(by, Permission.MANAGE_CATALOGUE)
    base = in_force.newest_item(code)
    queue_behind(f"catalogue:{code}")
    if Proposal.objects.filter(item=code, state=ProposalState.PROPOSED).exists():
        raise AlreadyProposed
    if effective_from is None or not reason.strip():
        raise RevisionIncomplete
    _check_day(effective_from, base.effective_from, at)
    raw = in_force.loaded(in_force.newest_content(code))
    new = revising.revised(raw, changes, version=base.version + 1, effective_from=effective_from)
    content = in_force.dumped(new)
    check(code, content)
    if not revising.differences(base, queries.item_read_from(content)):
        raise NothingRevised
    made = Proposal.objects.create(
        item=code,
        base=base.version,
        content=content,
        effective_from=effective_from,
        reason=reason.strip()[:1000],
        state=ProposalState.PROPOSED,
        proposed_by=by.name,
        proposed_by_id=by.user_id or 0,
        proposed_at=at,
    )
    audit.note("catalogue.proposed", str(made), by=by, at=at, item=code, base=base.version)
    return made.pk


def _check_day(effective_from: date, before: date, at: datetime) -> None:
    if effective_from < max(local_date(at) + timedelta(days=1), before):
        raise TooEarly


def check(code: str, content: str) -> None:
    """Check the whole profile with this written form of an item in it.

    Raises `ProhibitedField`, or `RevisionBroken` with the checker's first fault.
    """
    for title in _titles(in_force.loaded(content)):
        if klass := queries.prohibited_class(title):
            raise ProhibitedField(title=title, klass=klass)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(shutil.copytree(city_folder(), Path(scratch) / "cities" / city_folder().name))
        for one in queries.published_now():
            (folder / "catalogue" / f"{one.item}.yaml").write_text(one.content, encoding="utf-8")
        (folder / "catalogue" / f"{code}.yaml").write_text(content, encoding="utf-8")
        faults = checking.faults(folder)
    if faults:
        raise RevisionBroken(fault=faults[0].message)


def _titles(raw: dict[str, Any]) -> Iterator[str]:
    for field in raw["fields"]:
        yield from filter(None, (field.get("name", {}).get("zh"), *field.get("titles", ())))


@transaction.atomic
def publish(proposal_id: int, *, by: Actor, at: datetime) -> int:
    """Publish a proposed change as the item's next version; returns its number.

    It is checked again, since lists and policy may have changed meanwhile. Raises `NotPermitted`, `NotFound`,
    `NotOpen`, `OwnChange`, `TooEarly`, `ProhibitedField`, `RevisionBroken`.
    """
    found = _open(proposal_id, by)
    base = in_force.newest_item(found.item)
    if base.version != found.base:
        raise NotOpen
    _check_day(found.effective_from, base.effective_from, at)
    check(found.item, found.content)
    made = ItemVersion.objects.create(
        item=found.item,
        number=found.base + 1,
        effective_from=found.effective_from,
        content=found.content,
        proposal=found,
        published_by=by.name,
        published_at=at,
    )
    _close(found, ProposalState.PUBLISHED, "", by=by, at=at)
    audit.note("catalogue.published", str(made), by=by, at=at, effective_from=found.effective_from.isoformat())
    return made.number


@transaction.atomic
def refuse(proposal_id: int, *, by: Actor, at: datetime, reason: str) -> None:
    """Refuse a proposed change, for a reason. Raises `NotPermitted`, `NotFound`, `NotOpen`, `OwnChange`,
    `DecisionReasonMissing`.
    """
    found = _open(proposal_id, by)
    if not reason.strip():
        raise DecisionReasonMissing
    _close(found, ProposalState.REFUSED, reason.strip()[:1000], by=by, at=at)
    audit.note("catalogue.refused", str(found), by=by, at=at)


@transaction.atomic
def withdraw(proposal_id: int, *, by: Actor, at: datetime) -> None:
    """Take one's own proposal back. Raises `NotPermitted` for anyone else, `NotFound`, `NotOpen`."""
    require(by, Permission.MANAGE_CATALOGUE)
    found = _locked(proposal_id)
    if found.proposed_by_id != (by.user_id or 0):
        raise NotPermitted
    _close(found, ProposalState.WITHDRAWN, "", by=by, at=at)
    audit.note("catalogue.withdrawn", str(found), by=by, at=at)


def _open(proposal_id: int, by: Actor) -> Proposal:
    require(by, Permission.PUBLISH_CATALOGUE)
    found = _locked(proposal_id)
    if found.proposed_by_id == (by.user_id or 0):
        raise OwnChange
    return found


def _locked(proposal_id: int) -> Proposal:
    queue_behind(f"catalogue-proposal:{proposal_id}")
    found = Proposal.objects.filter(pk=proposal_id).first()
    if found is None:
        raise NotFound
    if found.state != ProposalState.PROPOSED:
        raise NotOpen
    return found


def _close(found: Proposal, state: ProposalState, decision: str, *, by: Actor, at: datetime) -> None:
    found.state, found.decided_by, found.decided_at, found.decision = state, by.name, at, decision
    found.save(update_fields=["state", "decided_by", "decided_at", "decision"])
