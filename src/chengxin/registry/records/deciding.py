"""Public decisions about many subjects at once, for what rests on them: set-based, one statement."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chengxin.base.database.preparing import prepared
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records.models import Record
from chengxin.registry.records.queries import PUBLIC_NOW_SQL, public_now


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A record that is public on a day, with what names its decision; `public_until` None: without end."""

    subject_id: int
    natural_key: UUID
    item: str
    payload: Mapping[str, str]
    severity: str
    decided_on: date | None
    public_until: date | None
    is_disputed: bool

    @property
    def document_number(self) -> str:
        """The number of the document; empty where the item has none."""
        return self.payload.get(catalogue.item(self.item).parts.document_number or "", "")

    @property
    def authority_name(self) -> str:
        """Who decided."""
        return self.payload.get(catalogue.item(self.item).parts.authority_name or "", "")


_PUBLIC = f"""
SELECT r.subject_id, r.natural_key, r.item, r.payload::text, r.severity, r.decided_on, upper(r.public_period),
  r.state = 'disputed'
FROM records_record r
WHERE r.subject_id = ANY(%(subjects)s::bigint[]) AND r.item = ANY(%(items)s::text[]) AND {PUBLIC_NOW_SQL}
ORDER BY r.subject_id, r.id
"""


def public_decisions(subject_ids: Sequence[int], *, items: Collection[str], on: date) -> list[DecisionRow]:
    """The records of `items` about these subjects that are public on that day. Index: `record_subject`."""
    if not subject_ids or not items:
        return []
    rows = prepared(_PUBLIC, {"subjects": list(subject_ids), "items": sorted(items), "day": on})
    return [DecisionRow(i, k, c, json.loads(p), s, d, u, x) for i, k, c, p, s, d, u, x in rows]


def some_codes_with(item: str, *, on: date, limit: int) -> list[str]:
    """The codes of the first organisations with a public record of that item on that day. For making the demo."""
    found = Record.objects.filter(public_now(on), item=item).order_by("subject__code")
    return list(found.values_list("subject__code", flat=True).distinct()[:limit])
