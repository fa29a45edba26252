"""What a delivery says: its events with what each record says now, as JSON, JSON Lines or CSV. No database."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chengxin.base.spreadsheets import harmless
from chengxin.registry.records.deliverable import Deliverable

TYPE = "records.changed"
CSV_COLUMNS = (
    "id", "sequence", "kind", "at", "takedown", "attempt", "replay", "record", "item", "version", "state", "subject",
    "subject_name", "document_number", "authority", "decided_on", "public_until", "consent", "fields",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One event as it goes to one consumer; `content` None: the record must no longer be shown or used.

    `attempt` counts from 1: from 2 on it may have come before. `consent`: the request that the subject consented to,
    0: none.
    """

    id: str
    sequence: int
    kind: str
    at: datetime
    attempt: int
    is_replay: bool
    record: UUID
    item: str
    consent: int
    content: Deliverable | None


def as_dict(told: Told) -> dict[str, Any]:
    """An event for JSON. Source: Standard Webhooks, "payload structure", for what surrounds it."""
    said: dict[str, Any] = {
        "id": told.id,
        "sequence": told.sequence,
        "kind": told.kind,
        "at": told.at.isoformat(),
        "takedown": told.content is None,
        "attempt": told.attempt,
        "replay": told.is_replay,
        "record": str(told.record),
        "item": told.item,
    }
    if told.consent:
        said["consent"] = told.consent
    if (content := told.content) is not None:
        said["content"] = {
            "version": content.version,
            "state": content.state,
            "subject": content.subject_code,
            "subject_name": content.subject_name,
            "document_number": content.document_number,
            "authority": content.authority_code,
            "decided_on": content.decided_on.isoformat() if content.decided_on else None,
            "public_until": content.public_until.isoformat() if content.public_until else None,
            "fields": dict(content.fields),
        }
    return said


def as_json(told: Sequence[Told], *, subscription: int, delivery: UUID, attempt: int, at: datetime) -> bytes:
    """The body of a webhook and of an answer to a fetch."""
    data = {
        "subscription": subscription,
        "delivery": str(delivery),
        "attempt": attempt,
        "events": [as_dict(one) for one in told],
    }
    return json.dumps({"type": TYPE, "timestamp": at.isoformat(), "data": data}, ensure_ascii=False).encode()


def as_jsonl(told: Iterable[Told]) -> bytes:
    """One event a line. Source: JSON Lines."""
    return "".join(json.dumps(as_dict(one), ensure_ascii=False) + "\n" for one in told).encode()


def as_csv(told: Iterable[Told]) -> bytes:
    """One event a row, for a spreadsheet: UTF-8 with its mark; the record's fields as JSON in the last column."""
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, restval="", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    for one in told:
        writer.writerow({name: _cell(value) for name, value in _flat(as_dict(one)).items()})
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _flat(said: Mapping[str, Any]) -> dict[str, Any]:
    content = said.get("content") or {}
    fields = json.dumps(content["fields"], ensure_ascii=False, sort_keys=True) if content else ""
    return {**said, **content, "fields": fields}


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, int) else harmless(str(value))
