"""Whom many codes name, set-based: for checks that are made by the hundred thousand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from chengxin.base.database.context import acting
from chengxin.base.database.preparing import Rows, prepared, sent
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


def asked_identities(codes: Sequence[str], *, on: date) -> Callable[[], dict[str, IdentityRow]]:
    """Ask who is named by these credit codes, if they may be seen; what is returned awaits it. Codes without commas.

    Index: unique code.
    """
    rows = sent(_PRESENT, {"codes": ",".join(codes), "day": on})
    return lambda: _by_code(rows())


def former_identities(codes: Sequence[str], *, on: date) -> dict[str, IdentityRow]:
    """Who was named by these credit codes, if they may be seen. Index: `identifier_names_one_subject`."""
    return _by_code(prepared(_FORMER, {"codes": ",".join(codes), "day": on})) if codes else {}


def _by_code(rows: Rows) -> dict[str, IdentityRow]:
    return {row[0]: IdentityRow(*row[1:]) for row in reversed(rows)}


def persons_hashed(hashes: Sequence[bytes], *, by: str, purpose: str, basis: str) -> dict[bytes, int]:
    """The ids of the natural persons with these keyed hashes (`services.person_hash`). Index: unique hash."""
    if not hashes:
        return {}
    with acting(actor=by, purpose=purpose, basis=basis):
        rows = prepared("SELECT number_hash, id FROM subjects_person WHERE number_hash = ANY(%s)", [list(hashes)])
    return {bytes(hash): id for hash, id in rows}
