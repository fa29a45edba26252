"""Reads of the audit chain, and whether it holds."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from chengxin.base.audit import rules
from chengxin.base.audit.keys import chain_key
from chengxin.base.audit.models import AuditEntry, AuditHead
from chengxin.base.audit.rules import ChainFault, Entry

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries there are and where the chain does not hold."""

    entries: int
    faults: tuple[ChainFault, ...]

    @property
    def intact(self) -> bool:
        """Whether the chain holds everywhere."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A page of entries, newest first."""

    entries: tuple[Entry, ...]
    total: int


def _value(row: AuditEntry) -> Entry:
    return Entry(
        row.seq, row.at, row.actor, row.organisation, row.action, row.object, row.details,
        bytes(row.previous_hash), bytes(row.hash),
    )  # fmt: skip


def _chain() -> Iterator[Entry]:
    last = 0
    while batch := list(AuditEntry.objects.filter(seq__gt=last).order_by("seq")[:BATCH]):
        yield from map(_value, batch)
        last = batch[-1].seq


def entries(*, action: str = "", actor: str = "", page: int = 1, size: int = 50) -> EntryPage:
    """Entries newest first, by action and actor where given. Index: primary key, `audit_action`."""
    found = AuditEntry.objects.order_by("-seq")
    if action:
        found = found.filter(action=action)
    if actor:
        found = found.filter(actor=actor)
    start = (page - 1) * size
    return EntryPage(tuple(map(_value, found[start : start + size])), found.count())


def actions() -> list[str]:
    """The kinds of act that stand in the log. Index: `audit_action`."""
    return list(AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct())


@transaction.atomic
def verify(*, at: datetime) -> Verdict:
    """Walk the whole chain in order of the primary key, compare it with the sealed head and with earlier checkpoints.

    A checkpoint of what was found is added to a file outside the database, so that a chain cut back together with its
    head is still noticed.
    """
    found: list[ChainFault] = []
    count, last = 0, rules.GENESIS
    checkpoints = _checkpoints()

    def seen() -> Iterator[Entry]:
        nonlocal count, last
        for entry in _chain():
            count, last = count + 1, entry.hash
            if checkpoints.pop(entry.seq, entry.hash) != entry.hash:
                found.append(ChainFault(entry.seq, "changed", f"entry {entry.seq} differs from an earlier checkpoint"))
            yield entry

    found.extend(rules.faults(seen(), chain_key()))
    head = AuditHead.objects.filter(pk=1).first()
    known = head.count if head else 0
    if head and not hmac.compare_digest(
        rules.head_seal(chain_key(), count=head.count, hash=bytes(head.hash)), bytes(head.seal)
    ):
        found.append(ChainFault(head.count, "changed", "the head of the chain was changed"))
    highest = max([known, *checkpoints])
    if highest > count and not any(f.kind == "removed" for f in found):
        found.append(ChainFault(count + 1, "removed", f"entries {count + 1} to {highest} are missing at the end"))
    elif count > known:
        found.append(ChainFault(known + 1, "inserted", "there are entries behind the head of the chain"))
    if not found and count:
        _add_checkpoint(at, count, last)
    return Verdict(count, tuple(found))


def _checkpoint_file() -> Path:
    return Path(settings.DATA_FOLDER) / "audit" / "checkpoints.jsonl"


def _checkpoints() -> dict[int, bytes]:
    path = _checkpoint_file()
    if not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    own = settings.DATABASES["default"]["NAME"]
    return {line["count"]: bytes.fromhex(line["hash"]) for line in lines if line["database"] == own}


def _add_checkpoint(at: datetime, count: int, hash: bytes) -> None:
    path = _checkpoint_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = {"at": at.isoformat(), "database": settings.DATABASES["default"]["NAME"], "count": count, "hash": hash.hex()}
    with path.open("a") as file:
        file.write(json.dumps(line) + "\n")
