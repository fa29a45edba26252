"""Reads and checks `cities/<city>/evaluation/persons/<code>-<version>.yaml`.

The form has no place for points, grades, windows of blame or anything adverse: a key that is not listed is a fault, and
so is a resource whose nature is negative.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from chengxin.evaluation.persons.model import Benefit, Need, Offer
from chengxin.evaluation.scorecards.faults import Fault
from chengxin.registry.catalogue import located
from chengxin.registry.catalogue.located import Mapping, Sequence
from chengxin.registry.catalogue.reader import Reader
from chengxin.registry.catalogue.reading import legal_bases
from chengxin.registry.catalogue.rules import FieldType, Profile, ProhibitedClass, prohibited_by

OFFER_KEYS = {
    "code", "version", "title", "purpose", "limits", "consent", "legal_basis", "source", "verified", "effective_from",
    "effective_until", "approver", "benefits",
}  # fmt: skip
BENEFIT_KEYS = {"code", "title", "opens", "provider", "need"}
NEED_KEYS = {"resource", "where", "window_months", "text"}
FORM = "a person's offer knows benefits and what opens them, and nothing else"
LISTED = {FieldType.CODE, FieldType.CODES}


def read(path: Path) -> tuple[Offer | None, list[Fault]]:
    """The offer of a file, or None, with all faults of its form."""
    content, problems = located.read(path, path.name)
    reader = Reader(path.name)
    reader.faults.extend(problems)
    if not problems and not isinstance(content, Mapping):
        reader.fault(1, "the file is not a mapping")
    made = None if reader.faults else _offer(reader, content)
    if made is not None and path.name != f"{made.name}.yaml":
        reader.fault(1, f"code and version ask for the name {made.name}.yaml")
    return (None if reader.faults else made), [Fault(f.file, f.line, "", f.message, FORM) for f in reader.faults]


def _offer(reader: Reader, raw: Mapping) -> Offer:
    reader.unknown_keys(raw, OFFER_KEYS)
    verified = reader.need(raw, "verified", bool)
    return Offer(
        code=str(reader.need(raw, "code", str) or ""),
        version=int(reader.need(raw, "version", int) or 0),
        title=reader.words(raw, "title"),
        purpose=reader.words(raw, "purpose"),
        limits=reader.words(raw, "limits"),
        consent=str(reader.need(raw, "consent", str) or ""),
        legal_basis=legal_bases(reader, raw),
        source=reader.words(raw, "source"),
        verified=bool(verified),
        effective_from=reader.need(raw, "effective_from", date) or date.min,
        effective_until=reader.maybe(raw, "effective_until", date),
        approver=str(reader.need(raw, "approver", str) or ""),
        benefits=tuple(_benefit(reader, one) for one in reader.mappings(raw, "benefits")),
    )


def _benefit(reader: Reader, raw: Mapping) -> Benefit:
    reader.unknown_keys(raw, BENEFIT_KEYS)
    need = reader.need(raw, "need", Mapping) or Mapping()
    reader.unknown_keys(need, NEED_KEYS)
    where = reader.maybe(need, "where", Mapping) or Mapping()
    return Benefit(
        code=str(reader.need(raw, "code", str) or ""),
        title=reader.words(raw, "title"),
        opens=reader.words(raw, "opens"),
        provider=str(reader.need(raw, "provider", str) or ""),
        need=Need(
            resource=str(reader.need(need, "resource", str) or ""),
            where={one: reader.texts(where, one) for one, values in where.items() if isinstance(values, Sequence)},
            window_months=reader.maybe(need, "window_months", int),
            text=reader.words(need, "text"),
        ),
    )


def faults(
    offer: Offer, profile: Profile, forbidden: tuple[ProhibitedClass, ...], organisations: frozenset[str]
) -> list[Fault]:
    """What is wrong with an offer whose form is right."""
    found = [*_places(offer, organisations), *_end(offer)]
    for benefit in offer.benefits:
        found += [(benefit.code, what, mend) for what, mend in _need(benefit.need, profile, forbidden)]
    return [Fault(f"{offer.name}.yaml", 1, place, what, mend) for place, what, mend in found]


def _places(offer: Offer, organisations: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    codes = [b.code for b in offer.benefits]
    if not codes or len(set(codes)) != len(codes):
        yield "benefits", "there are none, or one stands twice", "give each benefit its own code"
    for place, code in [("approver", offer.approver), *((b.code, b.provider) for b in offer.benefits)]:
        if code not in organisations:
            yield place, f"{code!r} is no organisation of the city", "take a code of organisations.csv"


def _end(offer: Offer) -> Iterator[tuple[str, str, str]]:
    if offer.effective_until is not None and offer.effective_until <= offer.effective_from:
        yield "effective_until", "it ends before it begins", "name a later day, or leave it out"


def purposes_shared(offers: Iterable[Offer]) -> list[Fault]:
    """Offers of different codes with one purpose of consent: who ends one would end what people asked of the other."""
    held: dict[str, str] = {}
    return [
        Fault(f"{one.name}.yaml", 1, "consent", f"{held[one.consent]!r} has the same purpose", "give it one of its own")
        for one in offers
        if held.setdefault(one.consent, one.code) != one.code
    ]


def _need(need: Need, profile: Profile, forbidden: tuple[ProhibitedClass, ...]) -> Iterator[tuple[str, str]]:
    item = next((i for i in profile.items if i.code == need.resource), None)
    if item is None or item.subject != "person":
        yield f"{need.resource!r} is no item about natural persons", "take one of the collection catalogue"
        return
    if item.nature == "negative":
        yield f"{need.resource!r} is adverse to the person", "take it out: an offer only opens benefits"
    for code, values in need.where.items():
        field = item.by_code.get(code)
        if field is None or field.type not in LISTED or not field.public:
            yield f"{code!r} is no field with a closed list", "take the code of such a field"
        elif prohibited_by(field.name.zh, forbidden) is not None:
            yield f"{code!r} may never count", "take it out"
        elif set(values) - set(profile.code_lists[field.code_list or ""].values):
            yield f"{code!r} has no such values", f"take values of the list {field.code_list}"
    if need.window_months is not None and need.window_months <= 0:
        yield "the window holds no day", "take 1 month or more"
