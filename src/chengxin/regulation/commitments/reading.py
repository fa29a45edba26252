"""Makes templates of what a policy entry or an association's draft says; both have the same shape."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from chengxin.registry.catalogue.rules import Words
from chengxin.registry.records.rules import Needed
from chengxin.regulation.commitments.rules import (
    KIND_OF,
    Consequence,
    DataCheck,
    Obligation,
    Reference,
    SubjectKind,
    Template,
)

PUBLISHED = "published"


def template(
    code: str,
    values: Mapping[str, Any],
    *,
    version: str,
    basis: str,
    verified: bool,
    effective_from: date,
    effective_until: date | None,
) -> Template:
    """The letter that `values` describe."""
    return Template(
        code=code,
        version=version,
        kind=KIND_OF[values["kind"]],
        item_code=values["item_code"],
        matter=_words(values["matter"]),
        text=_words(values["text"]),
        authority=values.get("authority", ""),
        basis=basis,
        verified=verified,
        subjects=tuple(map(SubjectKind, values["subjects"])),
        term_months=int(values["term_months"]),
        obligations=tuple(map(_obligation, values["obligations"])),
        breach=_words(values["breach"]),
        on_breach=tuple(
            Consequence(c["task"], _words(c["name"]), c["department"]) for c in values.get("on_breach", ())
        ),
        has_rectification=bool(values["rectification"]),
        needs_second_factor=bool(values["second_factor"]),
        shows_organisations=values["publication"]["organisations"] == PUBLISHED,
        effective_from=effective_from,
        effective_until=effective_until,
        reference=_reference(values.get("reference")),
    )


def _words(raw: Mapping[str, str]) -> Words:
    return Words(raw["zh"], raw["en"])


def _reference(raw: Mapping[str, str] | None) -> Reference | None:
    return Reference(_words(raw), raw.get("item", "")) if raw else None


def _obligation(raw: Mapping[str, Any]) -> Obligation:
    check = raw["check"]
    data = None
    if check["by"] == "data":
        item = check.get("appears") or check["absent"]
        data = DataCheck(item, "appears" in check, tuple(_needed(check)), tuple(check.get("authorities", ())))
    return Obligation(raw["code"], _words(raw["text"]), int(raw["due_days"]), data)


def _needed(check: Mapping[str, Any]) -> Iterator[Needed]:
    if "field" in check:
        yield Needed(check["field"], tuple(check["any"]))
    if "mentions" in check:
        yield Needed(check["mentions"]["field"], tuple(check["mentions"]["any"]), mentions=True)
