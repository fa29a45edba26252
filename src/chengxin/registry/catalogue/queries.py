"""Reads of the collection catalogue. It is data of the city profile, read once per process."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chengxin.base.errors import NotFound
from chengxin.base.policy import city_folder
from chengxin.registry.catalogue import located, reading
from chengxin.registry.catalogue.located import Mapping, ProfileFault
from chengxin.registry.catalogue.rules import Category, CodeList, Item


class UnknownItem(NotFound):
    """The catalogue has no such item: what is not in the catalogue cannot be stored (red line 1)."""

    code = "unknown-item"
    message = "归集目录中没有“{item}”。"
    hint = "请在归集目录中查看目录项代码。"


class BrokenProfile(RuntimeError):
    """The city profile has faults; `bin/manage catalogue check` lists them."""


@dataclass(frozen=True, slots=True)
class ProhibitedClass:
    """A class of personal information that may never be collected, and the words that betray it in a title."""

    name: str
    words: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The catalogue part of a city profile."""

    items: tuple[Item, ...]
    code_lists: dict[str, CodeList]
    categories: tuple[Category, ...]
    prohibited: tuple[ProhibitedClass, ...]
    ignored_titles: frozenset[str]


def read_profile(folder: Path) -> tuple[Profile, list[ProfileFault]]:
    """The catalogue of the city profile in `folder`, as far as it can be read, with all faults of form."""
    faults: list[ProfileFault] = []

    def load(path: Path) -> Mapping:
        content, problems = located.read(path, str(path.relative_to(folder.parent.parent)))
        faults.extend(problems)
        return content if isinstance(content, Mapping) else Mapping()

    def reader(path: Path) -> reading.Reader:
        return reading.Reader(str(path.relative_to(folder.parent.parent)))

    lists_path, categories_path, prohibited_path = (
        folder / "catalogue-lists" / name for name in ("code-lists.yaml", "categories.yaml", "prohibited.yaml")
    )
    lists_reader, categories_reader = reader(lists_path), reader(categories_path)
    lists = [reading.code_list(lists_reader, raw) for raw in load(lists_path).get("code_lists", ())]
    categories = [reading.category(categories_reader, raw) for raw in load(categories_path).get("categories", ())]
    faults += lists_reader.faults + categories_reader.faults
    prohibited = load(prohibited_path)
    paths = sorted((folder / "catalogue").glob("*.yaml"))
    raws = {path: load(path) for path in paths}
    by_code = {str(raw.get("code")): raw for raw in raws.values()}
    items = []
    for path, raw in raws.items():
        one_reader = reader(path)
        if raw and (made := reading.item(one_reader, raw, by_code)) is not None:
            items.append(made)
        faults += one_reader.faults
    order = {c.code: place for place, c in enumerate(categories)}
    return Profile(
        items=tuple(sorted(items, key=lambda i: (order.get(i.category, 99), i.subject, i.code))),
        code_lists={c.code: c for c in lists},
        categories=tuple(categories),
        prohibited=tuple(
            ProhibitedClass(p["name"], tuple(p["words"]), p["source"]) for p in prohibited.get("classes", ())
        ),
        ignored_titles=frozenset(prohibited.get("ignored_titles", ())),
    ), faults


@cache
def _profile(folder: Path) -> Profile:
    profile, faults = read_profile(folder)
    if faults:
        raise BrokenProfile("\n".join(map(str, faults)))
    return profile


def profile() -> Profile:
    """The catalogue of the city that this installation serves. Raises `BrokenProfile`."""
    return _profile(city_folder())


def items() -> tuple[Item, ...]:
    """All items, by category."""
    return profile().items


@cache
def item(code: str) -> Item:
    """The item with that code. Raises `UnknownItem`."""
    for one in items():
        if one.code == code:
            return one
    raise UnknownItem(item=code)


def items_of_provider(organisation_code: str) -> tuple[Item, ...]:
    """The items that this organisation may hand in."""
    return tuple(i for i in items() if not i.providers or organisation_code in i.providers)


def code_lists() -> dict[str, CodeList]:
    """All closed lists of values, by code."""
    return profile().code_lists


def code_list(code: str) -> CodeList:
    """The closed list with that code. Raises `KeyError`."""
    return profile().code_lists[code]


def categories() -> tuple[Category, ...]:
    """The catalogue's headings, in order."""
    return profile().categories


def category(code: str) -> Category:
    """The heading with that code. Raises `KeyError`."""
    return next(c for c in categories() if c.code == code)


def ignored_titles() -> frozenset[str]:
    """Column titles that carry no data of the record (序号 and the like) and are passed over."""
    return profile().ignored_titles


def prohibited_class(title: str) -> str | None:
    """The forbidden class that a column title falls in, or None.

    Source: Regulation on Credit Reporting (征信业管理条例) art. 14, and the city's own list; see prohibited.yaml.
    """
    for one in profile().prohibited:
        if any(word in title for word in one.words):
            return one.name
    return None
