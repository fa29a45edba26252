"""What is written down on site, and how entries of several devices become one state, in any order. Pure.

Each entry is a change of one field; of several, the one with the highest counter counts, then the higher id. So entries
can come late, twice and in any order: all devices and the platform come to the same state.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from chengxin.regulation.inspections.errors import ChangeWrong
from chengxin.regulation.inspections.policy import Matter, Result

YES, NO, NOT_APPLICABLE = "yes", "no", "not-applicable"
ANSWERS = (YES, NO, NOT_APPLICABLE)
DRAWN, TYPED, REFUSED = "drawn", "typed", "refused"
LONGEST_NOTE, LONGEST_NAME = 2_000, 60
HIGHEST_COUNTER = 2**53  # what a browser counts to without loss
DAY, SIGNATURE = "inspected_on", "signature"


@dataclass(frozen=True, slots=True)
class Entry:
    """A change of one field: by which device and when it was made does not matter, only its counter and id."""

    id: UUID
    field: str
    value: Any
    counter: int


@dataclass(frozen=True, slots=True)
class Signature:
    """How the inspected confirmed what was written: drawn (a file), typed, or refused with the reason."""

    kind: str
    text: str
    file: UUID | None


def answer_field(matter: Matter, item: str) -> str:
    """The field of an item of a checklist."""
    return f"answer:{matter.code}:{item}"


def result_field(matter: Matter) -> str:
    """The field of a matter's result."""
    return f"result:{matter.code}"


def note_field(matter: Matter) -> str:
    """The field of what was found and ordered in a matter."""
    return f"note:{matter.code}"


def merged(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The entry that counts for each field. Source: last-writer-wins registers (CRDT)."""
    found: dict[str, Entry] = {}
    for one in entries:
        held = found.get(one.field)
        if held is None or (one.counter, one.id) > (held.counter, held.id):
            found[one.field] = one
    return found


def values_of(entries: Iterable[Entry]) -> dict[str, Any]:
    """The state that entries come to: field → value. Source: `merged`."""
    return {field: one.value for field, one in merged(entries).items()}


def check_entry(one: Entry, *, matters: Sequence[Matter], results: Mapping[str, Result], on: date) -> None:
    """Raise `ChangeWrong` unless the entry is about a field of these matters and holds a value that it may hold.

    Source: the policy entries of the matters and results.
    """
    if not 0 <= one.counter <= HIGHEST_COUNTER or not _is_sound(one.field, one.value, matters, results, on):
        raise ChangeWrong


def _is_sound(field: str, value: Any, matters: Sequence[Matter], results: Mapping[str, Result], on: date) -> bool:
    if field in {answer_field(m, item.code) for m in matters for item in m.checklist}:
        return value in ANSWERS
    if field in {result_field(m) for m in matters}:
        return value in results
    if field in {note_field(m) for m in matters}:
        return isinstance(value, str) and len(value) <= LONGEST_NOTE
    if field == DAY:
        day = _day(value)
        return day is not None and day <= on
    return field == SIGNATURE and signature_of(value) is not None


def signature_of(value: Any) -> Signature | None:
    """The signature that a value holds; None for what is none."""
    if not isinstance(value, Mapping):
        return None
    kind, text = value.get("kind"), value.get("text", "")
    if not isinstance(text, str) or len(text) > LONGEST_NOTE:
        return None
    if kind == DRAWN:
        file = _uuid(value.get("file"))
        return Signature(DRAWN, text.strip(), file) if file else None
    if kind in (TYPED, REFUSED) and text.strip():
        return Signature(str(kind), text.strip(), None)
    return None


def missing(
    values: Mapping[str, Any], *, matters: Sequence[Matter], results: Mapping[str, Result], files: Iterable[UUID]
) -> list[str]:
    """The fields without which a result cannot be handed in: every item, a result and a day, a signature.

    A problem needs words on what was found and ordered; a result "no problem" stands with no item answered "no".
    Where nobody was found or let in, nothing has to be answered.
    Source: 行政处罚法 art. 55 and the catalogue's own rule (handling of a problem is required).
    """
    found = [] if _day(values.get(DAY)) else [DAY]
    for matter in matters:
        chosen = results.get(values.get(result_field(matter), ""))
        answers = {item.code: values.get(answer_field(matter, item.code)) for item in matter.checklist}
        if chosen is None:
            found.append(result_field(matter))
        elif chosen.is_problem and not str(values.get(note_field(matter), "")).strip():
            found.append(note_field(matter))
        elif not chosen.is_problem and NO in answers.values():
            found.append(result_field(matter))
        if chosen is None or chosen.is_followed_up or not chosen.is_problem:
            found += [answer_field(matter, code) for code, given in answers.items() if given not in ANSWERS]
    signed = signature_of(values.get(SIGNATURE))
    if signed is None or (signed.file is not None and signed.file not in set(files)):
        found.append(SIGNATURE)
    return found


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
