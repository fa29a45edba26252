"""Public decisions about many subjects at once, for what rests on them: set-based, one statement."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chengxin.base.database.preparing import sent
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records.models import Record
from chengxin.registry.records.queries import PUBLIC_NOW_SQL, public_now


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A record that is public on a day, with what names its decision; `public_until` None: without end."""

    code: str
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
SELECT s.code, r.natural_key, r.item, r.payload::text, r.severity, r.decided_on, upper(r.public_period),
  r.state = 'disputed'
FROM unnest(string_to_array(%(codes)s::text, ',')) AS asked(code)
JOIN subjects_subject s ON s.code = asked.code
-- OFFSET 0 keeps the plan: subject by subject through its index, however many are asked about.
CROSS JOIN LATERAL (
  SELECT r.* FROM records_record r
  WHERE r.subject_id = s.id AND r.item = ANY(%(items)s::text[]) AND {PUBLIC_NOW_SQL} ORDER BY r.id OFFSET 0
) r
"""


def asked_decisions(codes: Sequence[str], *, items: Collection[str], on: date) -> Callable[[], list[DecisionRow]]:
    """Ask for the records of `items` about the subjects with these credit codes that are public on that day.

    What is returned awaits them. Indexes: unique code, `record_subject`.
    """
    if not codes or not items:
        return list
    rows = sent(_PUBLIC, {"codes": ",".join(codes), "items": sorted(items), "day": on})
    return lambda: [DecisionRow(i, k, c, json.loads(p), s, d, u, x) for i, k, c, p, s, d, u, x in rows()]


def some_codes_with(item: str, *, on: date, limit: int) -> list[str]:
    """The codes of the first organisations with a public record of that item on that day. For making the demo."""
    found = Record.objects.filter(public_now(on), item=item).order_by("subject__code")
    return list(found.values_list("subject__code", flat=True).distinct()[:limit])
