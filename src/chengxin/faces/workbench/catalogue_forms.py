"""The form over an item of the catalogue: what it shows, and what its answers say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from chengxin.faces.workbench.pages import Choice, say, words
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.revising import Changes, Difference, FieldChange
from chengxin.registry.catalogue.rules import FieldType, Item
from chengxin.registry.catalogue.words import CYCLES, SHARING, TYPES

NEW_FIELDS = range(1, 4)
FURTHER_BASES = 2
NEEDS_LENGTH = {FieldType.TEXT, FieldType.SEALED, FieldType.CODE, FieldType.CODES}
NEEDS_LIST = {FieldType.CODE, FieldType.CODES}


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field of the item in the form."""

    code: str
    name: str
    kind: str
    required: bool
    public: bool
    can_be_public: bool
    max_length: str


@dataclass(frozen=True, slots=True)
class BasisLine:
    """A legal basis in the form; the last ones are empty."""

    number: int
    law: str
    article: str
    source: str
    verified: bool


def told(found: Sequence[Difference]) -> list[tuple[str, bool]]:
    """Differences in the language of the page, and whether they ask more than before."""
    return [(words(one.told), one.asks_more) for one in found]


def form_context(item: Item, given: QueryDict | None) -> dict[str, Any]:
    """What the form shows: the item as it is, or as `given` has it."""
    chosen = _chosen(item, given)
    organisations = [Choice(o.code, say(o.name_zh, o.name_en)) for o in accounts.organisations()]
    return {
        "fields": list(_field_lines(item, given)),
        "new_fields": [{"number": n, **_new(given, n)} for n in NEW_FIELDS],
        "types": [Choice(t.value, words(TYPES[t])) for t in FieldType],
        "lists": [Choice(one.code, words(one.name)) for one in catalogue.code_lists().values()],
        "bases": list(_basis_lines(item, given)),
        "organisations": organisations,
        "sharing": [Choice(code, words(name)) for code, name in SHARING.items()],
        "cycles": [Choice(code, words(name)) for code, name in CYCLES.items()],
        "chosen": chosen,
    }


def _chosen(item: Item, given: QueryDict | None) -> dict[str, Any]:
    if given is None:
        return {
            "providers": item.providers, "sharing": item.sharing, "shared_with": item.shared_with,
            "cycle": item.update_cycle, "days": "" if item.within_working_days is None else item.within_working_days,
        }  # fmt: skip
    return {
        "providers": given.getlist("providers"), "sharing": given.get("sharing"),
        "shared_with": given.getlist("shared_with"), "cycle": given.get("cycle"), "days": given.get("days"),
        "effective_from": given.get("effective_from"), "reason": given.get("reason"),
    }  # fmt: skip


def _field_lines(item: Item, given: QueryDict | None) -> Iterator[FieldLine]:
    required = given.getlist("required") if given is not None else [f.code for f in item.fields if f.required]
    public = given.getlist("public") if given is not None else [f.code for f in item.fields if f.public]
    for one in item.fields:
        length = given.get(f"length:{one.code}", "") if given is not None else one.max_length
        yield FieldLine(
            one.code, words(one.name), words(TYPES[one.type]), one.code in required, one.code in public,
            one.type != FieldType.SEALED, str(length or ""),
        )  # fmt: skip


def _new(given: QueryDict | None, number: int) -> dict[str, Any]:
    names = ("code", "zh", "en", "type", "length", "list", "required", "public")
    return {name: given.get(f"new-{number}-{name}", "") if given is not None else "" for name in names}


def _basis_lines(item: Item, given: QueryDict | None) -> Iterator[BasisLine]:
    count = len(item.legal_basis) + FURTHER_BASES
    for number in range(1, count + 1):
        if given is not None:
            law, article, source = (str(given.get(f"{part}-{number}", "")) for part in ("law", "article", "source"))
            yield BasisLine(number, law, article, source, given.get(f"verified-{number}") == "1")
        elif number <= len(item.legal_basis):
            one = item.legal_basis[number - 1]
            yield BasisLine(number, one.law, one.article, one.source, one.verified)
        else:
            yield BasisLine(number, "", "", "", False)


def changes_of(item: Item, given: QueryDict) -> Changes:
    """What the answers change of the item."""
    required, public = set(given.getlist("required")), set(given.getlist("public"))
    return Changes(
        fields={
            f.code: FieldChange(
                f.code in required, f.code in public, _number(given.get(f"length:{f.code}", "")) or f.max_length
            )
            for f in item.fields
        },
        added=tuple(_added(given)),
        legal_basis=tuple(
            {"law": b.law.strip(), "article": b.article.strip(), "source": b.source.strip(), "verified": b.verified}
            for b in _basis_lines(item, given)
            if b.law.strip()
        ),
        providers=tuple(given.getlist("providers")),
        sharing=given.get("sharing", ""),
        shared_with=tuple(given.getlist("shared_with")),
        cycle=given.get("cycle", ""),
        within_working_days=_number(given.get("days", "")),
    )


def _added(given: QueryDict) -> Iterator[Mapping[str, Any]]:
    for number in NEW_FIELDS:
        told = {name: str(text).strip() for name, text in _new(given, number).items()}
        if not told["code"] and not told["zh"]:
            continue
        made: dict[str, Any] = {
            "code": told["code"].upper(),
            "name": {"zh": told["zh"], "en": told["en"]},
            "type": told["type"],
            "required": told["required"] == "1",
        }
        if told["type"] in NEEDS_LENGTH:
            made["max_length"] = _number(told["length"])
        if told["type"] in NEEDS_LIST:
            made["code_list"] = told["list"]
        if told["type"] == FieldType.DECIMAL:
            made |= {"digits": 18, "decimals": 6}
        if told["public"] != "1":
            made["public"] = False
        yield made


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and 0 < len(text) < 6 else None
