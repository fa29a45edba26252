"""Whom many codes name, set-based: for checks that are made by the hundred thousand."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from chengxin.base.database.context import acting
from chengxin.base.database.preparing import prepared
from chengxin.base.database.together import Texts, Together
from chengxin.registry.subjects.queries import _VISIBLE
from chengxin.registry.subjects.rules import Scheme


class IdentityRow(NamedTuple):
    """An organisation or sole trader as a code names it; `code` is the one in force now."""

    id: int
    code: str
    name: str
    kind: str
    status: str


# The subjects with the codes asked about, looked up once for all questions that start from codes (`Together.ask`).
ASKED_SUBJECTS = {
    "asked_subject": f"""
      SELECT s.id, s.code, s.name, s.kind, s.status, {_VISIBLE} AS is_visible
      FROM unnest(string_to_array(%(codes)s::text, ',')) AS asked(code) JOIN subjects_subject s ON s.code = asked.code
    """
}


def asked_codes(codes: Iterable[str]) -> str:
    """Credit codes as `ASKED_SUBJECTS` takes them by the name `codes`: in one order, so that all questions agree."""
    return ",".join(sorted(set(codes)))


_PRESENT = "SELECT s.code, s.id, s.code, s.name, s.kind, s.status FROM asked_subject s WHERE s.is_visible"
_FORMER = f"""
SELECT i.value, s.id, s.code, s.name, s.kind, s.status
FROM unnest(string_to_array(%(codes)s::text, ',')) AS asked(code)
JOIN subjects_identifier i ON i.value = asked.code AND i.scheme = '{Scheme.CREDIT_CODE.value}'
JOIN subjects_subject s ON s.id = i.subject_id
WHERE {_VISIBLE} ORDER BY i.valid_until NULLS FIRST
"""


def asked_identities(codes: Sequence[str], *, on: date, among: Together) -> Callable[[], dict[str, IdentityRow]]:
    """Ask who is named by these credit codes, if they may be seen; what is returned awaits it. Codes without commas.

    Index: unique code.
    """
    rows = among.ask(_PRESENT, {"codes": asked_codes(codes), "day": on}, columns=6, given=ASKED_SUBJECTS)
    return lambda: _by_code(rows())


def former_identities(codes: Sequence[str], *, on: date, among: Together) -> dict[str, IdentityRow]:
    """Who was named by these credit codes, if they may be seen. Index: `identifier_names_one_subject`."""
    return _by_code(among.ask(_FORMER, {"codes": ",".join(codes), "day": on}, columns=6)()) if codes else {}


def _by_code(rows: Sequence[Texts]) -> dict[str, IdentityRow]:
    return {row[0]: IdentityRow(int(row[1]), *row[2:]) for row in reversed(rows)}


def persons_hashed(hashes: Sequence[bytes], *, by: str, purpose: str, basis: str) -> dict[bytes, int]:
    """The ids of the natural persons with these keyed hashes (`services.person_hash`). Index: unique hash."""
    if not hashes:
        return {}
    with acting(actor=by, purpose=purpose, basis=basis):
        rows = prepared("SELECT number_hash, id FROM subjects_person WHERE number_hash = ANY(%s)", [list(hashes)])
    return {bytes(hash): id for hash, id in rows}
