"""Public decisions about many subjects at once, for what rests on them: set-based, one statement."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import orjson
from psycopg import sql

from chengxin.base.database.together import Together, day
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records.models import Record
from chengxin.registry.records.queries import PUBLIC_NOW_SQL, public_now
from chengxin.registry.subjects.identities import ASKED_SUBJECTS, asked_codes


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A record that is public on a day, with what names its decision; `public_until` None: without end."""

    code: str
    natural_key: str
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


Narrowing = Mapping[str, Sequence[Mapping[str, str]]]  # item -> of its records those that hold all values of one


NARROWED = "/* narrowed */"
_PUBLIC = f"""
SELECT s.code, r.natural_key, r.item, r.payload::text, r.severity, r.decided_on, upper(r.public_period),
  r.state = 'disputed'
FROM asked_subject s
-- OFFSET 0 keeps the plan: subject by subject through its index, however many are asked about.
CROSS JOIN LATERAL (
  SELECT r.* FROM records_record r
  WHERE r.subject_id = s.id AND r.item = ANY(%(items)s::text[]) AND {PUBLIC_NOW_SQL}
{NARROWED} ORDER BY r.id OFFSET 0
) r
"""


@dataclass(frozen=True, slots=True)
class Decisions:
    """The question for decisions, written once for all who ask: values that are known beforehand stand in its text.

    What cannot count is left out before it is sent and read: a subject may have many records of an item, with long
    texts. As parameters the values would be parsed for each row again.
    """

    statement: str

    @classmethod
    def narrowed_by(cls, narrowing: Narrowing) -> "Decisions":
        """The question where of these items only some records count."""
        clauses = [
            f"    AND (r.item <> {_text(item)} OR r.payload @> ANY({_text(_array(parts))}::jsonb[]))"
            for item, parts in sorted(narrowing.items())
        ]
        return cls(_PUBLIC.replace(NARROWED, "\n".join(clauses)))

    def asked(
        self, codes: Sequence[str], *, items: Collection[str], on: date, among: Together
    ) -> Callable[[], list[DecisionRow]]:
        """Ask for the records of `items` about the subjects with these credit codes that are public on that day.

        What is returned awaits them. Indexes: unique code, `record_subject`.
        """
        if not codes or not items:
            return list
        values = {"codes": asked_codes(codes), "items": sorted(items), "day": on}
        rows = among.ask(self.statement, values, columns=8, given=ASKED_SUBJECTS)
        return lambda: [
            DecisionRow(code, key, item, orjson.loads(payload), severity, day(decided), day(until), disputed == "true")
            for code, key, item, payload, severity, decided, until, disputed in rows()
        ]


def _array(parts: Sequence[Mapping[str, str]]) -> str:
    """JSON documents as PostgreSQL writes an array of them."""
    written = (orjson.dumps(part).decode().replace("\\", "\\\\").replace('"', '\\"') for part in parts)
    return "{" + ",".join(f'"{one}"' for one in written) + "}"


def _text(value: str) -> str:
    """A constant in a statement that also has placeholders."""
    return sql.Literal(value).as_string(None).replace("%", "%%")


def some_codes_with(item: str, *, on: date, limit: int) -> list[str]:
    """The codes of the first organisations with a public record of that item on that day. For making the demo."""
    found = Record.objects.filter(public_now(on), item=item).order_by("subject__code")
    return list(found.values_list("subject__code", flat=True).distinct()[:limit])
