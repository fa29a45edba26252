"""Which records are entries of which lists: policy says so by item and by values of fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from chengxin.base.policy import city_folder
from chengxin.registry.catalogue import queries as catalogue
from chengxin.regulation.lists import policy
from chengxin.regulation.lists.rules import Arrival

ORGANISATION, PERSON = "organisation", "person"


@dataclass(frozen=True, slots=True, eq=False)  # made once for a day: what is made of it is remembered by it
class Arrivals:
    """The arrivals of a day about one kind of subject.

    Items, the fields that are looked at, and where each item keeps its document's number.
    """

    by_item: Mapping[str, tuple[tuple[str, Arrival], ...]]
    fields: tuple[str, ...]
    numbers: Mapping[str, str]
    names: Mapping[str, str]

    def lists_of(self, item: str, values: Mapping[str, str | None]) -> tuple[str, ...]:
        """Codes of the lists on which a record of `item` with these values stands."""
        return tuple(code for code, arrival in self.by_item.get(item, ()) if is_entry(arrival, values))


def subject_of(item: str, *, on: date) -> str | None:
    """The kind of subject of an item whose records may be entries of a list on that day; None of any other item."""
    return next((a for a in (ORGANISATION, PERSON) if item in arrivals_on(on, about=a).by_item), None)


def is_entry(arrival: Arrival, values: Mapping[str, str | None]) -> bool:
    """Whether a record with these values is an entry: one of each wanted field, none of the unwanted."""
    return all(values.get(f) in wanted for f, wanted in arrival.any_of.items()) and not any(
        values.get(f) in unwanted for f, unwanted in arrival.none_of.items()
    )


def conditions(arrivals: Arrivals, values: dict[str, Any]) -> dict[str, str]:
    """Of each list, which records (`r`) are its entries, in SQL; names of fields and values become parameters."""
    ways: dict[str, list[str]] = {}
    for item, rows in arrivals.by_item.items():
        for code, arrival in rows:
            place = sum(map(len, ways.values()))
            values[f"item{place}"] = item
            parts = [f"r.item = %(item{place})s"]
            for sign, wanted in (("", arrival.any_of), ("NOT ", arrival.none_of)):
                for field, allowed in wanted.items():
                    name = f"{place}_{len(parts)}"
                    values |= {f"field{name}": field, f"any{name}": list(allowed)}
                    parts.append(f"{sign}coalesce(r.payload ->> %(field{name})s, '') = ANY(%(any{name})s)")
            ways.setdefault(code, []).append(f"({' AND '.join(parts)})")
    return {code: f"({' OR '.join(found)})" for code, found in ways.items()}


def by_item(fields: Mapping[str, str], name: str, values: dict[str, Any]) -> str:
    """The field that plays a part, which differs from item to item, in SQL as above; empty where an item has none."""
    cases = []
    for place, (item, field) in enumerate(fields.items()):
        values |= {f"{name}_item{place}": item, f"{name}{place}": field}
        cases.append(f"WHEN r.item = %({name}_item{place})s THEN r.payload ->> %({name}{place})s")
    return f"CASE {' '.join(cases)} ELSE '' END" if cases else "''"


def arrivals_on(day: date, *, codes: Iterable[str] | None = None, about: str = ORGANISATION) -> Arrivals:
    """What arrives on that day as entries of the lists with these codes (None: all) that are not closed.

    `about`: the kind of subject, as the catalogue's items name it.
    """
    return _arrivals(str(city_folder()), day, None if codes is None else frozenset(codes), about)


@lru_cache(maxsize=16)
def _arrivals(_city: str, day: date, wanted: frozenset[str] | None, about: str) -> Arrivals:
    found: dict[str, list[tuple[str, Arrival]]] = {}
    for terms in policy.lists_on(day):
        if terms.is_closed or (wanted is not None and terms.code not in wanted):
            continue
        for arrival in (a for a in terms.arrivals if catalogue.item(a.item).subject == about):
            found.setdefault(arrival.item, []).append((terms.code, arrival))
    fields = sorted({f for rows in found.values() for _, a in rows for f in (*a.any_of, *a.none_of)})
    parts = {item: catalogue.item(item).parts for item in found}
    return Arrivals(
        by_item={item: tuple(rows) for item, rows in found.items()},
        fields=tuple(fields),
        numbers={item: p.document_number for item, p in parts.items() if p.document_number},
        names={item: p.authority_name for item, p in parts.items() if p.authority_name},
    )
