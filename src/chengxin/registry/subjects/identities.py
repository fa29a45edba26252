"""Whom many codes name, set-based: for checks that are made by the hundred thousand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chengxin.base.database.context import acting
from chengxin.base.database.preparing import prepared
from chengxin.registry.subjects.queries import _VISIBLE
from chengxin.registry.subjects.rules import Scheme


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """An organisation or sole trader as a code names it; `code` is the one in force now."""

    id: int
    code: str
    name: str
    kind: str
    status: str


_PRESENT = f"""
SELECT s.code, s.id, s.code, s.name, s.kind, s.status
FROM unnest(string_to_array(%(codes)s::text, ',')) AS asked(code) JOIN subjects_subject s ON s.code = asked.code
WHERE {_VISIBLE}
"""
_FORMER = f"""
SELECT i.value, s.id, s.code, s.name, s.kind, s.status
FROM unnest(string_to_array(%(codes)s::text, ',')) AS asked(code)
JOIN subjects_identifier i ON i.value = asked.code AND i.scheme = '{Scheme.CREDIT_CODE.value}'
JOIN subjects_subject s ON s.id = i.subject_id
WHERE {_VISIBLE} ORDER BY i.valid_until NULLS FIRST
"""


def identities(codes: Sequence[str], *, on: date) -> dict[str, IdentityRow]:
    """Who is named by these credit codes, present or former, if they may be seen; codes without commas.

    Indexes: unique code, `identifier_names_one_subject`.
    """
    found = _ask(_PRESENT, codes, on)
    missing = [code for code in codes if code not in found]
    return found | _ask(_FORMER, missing, on) if missing else found


def _ask(statement: str, codes: Sequence[str], on: date) -> dict[str, IdentityRow]:
    rows = prepared(statement, {"codes": ",".join(codes), "day": on})
    return {row[0]: IdentityRow(*row[1:]) for row in reversed(rows)}


def persons_hashed(hashes: Sequence[bytes], *, by: str, purpose: str, basis: str) -> dict[bytes, int]:
    """The ids of the natural persons with these keyed hashes (`services.person_hash`). Index: unique hash."""
    if not hashes:
        return {}
    with acting(actor=by, purpose=purpose, basis=basis):
        rows = prepared("SELECT number_hash, id FROM subjects_person WHERE number_hash = ANY(%s)", [list(hashes)])
    return {bytes(hash): id for hash, id in rows}
