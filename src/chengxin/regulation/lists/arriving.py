"""Which records are entries of which lists: policy says so by item and by values of fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from chengxin.base.policy import city_folder
from chengxin.registry.catalogue import queries as catalogue
from chengxin.regulation.lists import policy
from chengxin.regulation.lists.rules import Arrival

ORGANISATION, PERSON = "organisation", "person"


@dataclass(frozen=True, slots=True)
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


def is_entry(arrival: Arrival, values: Mapping[str, str | None]) -> bool:
    """Whether a record with these values is an entry: one of each wanted field, none of the unwanted."""
    return all(values.get(f) in wanted for f, wanted in arrival.any_of.items()) and not any(
        values.get(f) in unwanted for f, unwanted in arrival.none_of.items()
    )


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
