"""Reads of proposed changes: what awaits a decision, and what each would change."""

from dataclasses import dataclass
from datetime import date, datetime

from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.catalogue import in_force, queries, revising
from chengxin.registry.catalogue.models import ItemVersion, Proposal
from chengxin.registry.catalogue.revising import Difference


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposed change."""

    id: int
    item: str
    base: int
    effective_from: date
    reason: str
    state: str
    proposed_by: str
    proposed_by_id: int
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision: str


def proposals(*, by: Actor, state: str = "", item: str = "", limit: int = 50) -> tuple[ProposalRow, ...]:
    """The newest proposals, of a state or an item where given. Raises `NotPermitted`. Index: primary key."""
    require(by, Permission.MANAGE_CATALOGUE)
    found = Proposal.objects.order_by("-id")
    if state:
        found = found.filter(state=state)
    if item:
        found = found.filter(item=item)
    return tuple(map(_row, found[:limit]))


def proposal(proposal_id: int, *, by: Actor) -> tuple[ProposalRow, tuple[Difference, ...]]:
    """A proposal with what it changes. Raises `NotPermitted`, `NotFound`. Index: primary key."""
    require(by, Permission.MANAGE_CATALOGUE)
    found = Proposal.objects.filter(pk=proposal_id).first()
    if found is None:
        raise NotFound
    before = in_force.item_version(found.item, found.base)
    return _row(found), revising.differences(before, queries.item_read_from(found.content))


def _row(one: Proposal) -> ProposalRow:
    return ProposalRow(
        one.pk, one.item, one.base, one.effective_from, one.reason, one.state, one.proposed_by, one.proposed_by_id,
        one.proposed_at, one.decided_by, one.decided_at, one.decision,
    )  # fmt: skip


def changes_since(code: str, number: int) -> tuple[Difference, ...]:
    """What the version in force changes from that version; nothing where it is the same. Raises `UnknownItem`."""
    present = queries.item(code)
    return () if present.version == number else revising.differences(in_force.item_version(code, number), present)


def latest_change(code: str) -> tuple[Difference, ...]:
    """What the version in force changed from the one before it, where that is known here. Raises `UnknownItem`."""
    present = queries.item(code)
    seed = queries.folder_item(code)
    numbers = {seed.version, *ItemVersion.objects.filter(item=code).values_list("number", flat=True)}
    before = [n for n in numbers if n < present.version]
    return changes_since(code, max(before)) if before else ()


def coming(code: str, *, on: date) -> tuple[date, tuple[Difference, ...]] | None:
    """The next version that is published and not yet in force, with what it changes. Index: `item_version_once`."""
    found = ItemVersion.objects.filter(item=code, effective_from__gt=on).order_by("number").first()
    if found is None or found.number <= queries.item(code).version:
        return None
    return found.effective_from, revising.differences(queries.item(code), queries.item_read_from(found.content))
