"""Reads of the collection catalogue. It is data of the city profile, read once per process."""

from collections.abc import Collection
from collections.abc import Mapping as Codes
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from chengxin.base import policy
from chengxin.base.errors import NotFound
from chengxin.base.policy import city_folder
from chengxin.registry.catalogue import located, pages, reading, tables
from chengxin.registry.catalogue.located import Mapping, ProfileFault
from chengxin.registry.catalogue.reader import Reader
from chengxin.registry.catalogue.rules import Category, CodeList, Item, Profile, Words, prohibited_by


class UnknownItem(NotFound):
    """The catalogue has no such item: what is not in the catalogue cannot be stored (red line 1)."""

    code = "unknown-item"
    message = _("归集目录中没有“{item}”。")
    hint = _("请在归集目录中查看目录项代码。")


class BrokenProfile(RuntimeError):
    """The city profile has faults; `bin/manage catalogue check` lists them."""


@dataclass(frozen=True, slots=True)
class Published:
    """An item as it was published here (`models.ItemVersion`): its code, version and written form."""

    item: str
    number: int
    content: str


def read_profile(folder: Path, published: Collection[Published] = ()) -> tuple[Profile, list[ProfileFault]]:
    """The catalogue of the city profile in `folder`, as far as it can be read, with all faults of form.

    Where `published` has a higher version of an item than the folder, it stands for the folder's (ADR 0020).
    """
    faults: list[ProfileFault] = []

    def load(path: Path) -> tuple[Mapping, Reader]:
        shown_as = str(path.relative_to(folder.parent.parent))
        content, problems = located.read(path, shown_as)
        reader = Reader(shown_as)
        faults.extend(problems)
        if not problems and not isinstance(content, Mapping):
            reader.fault(1, "the file is not a mapping")
        readers.append(reader)
        return (content if isinstance(content, Mapping) else Mapping()), reader

    readers: list[Reader] = []
    lists = folder / "catalogue-lists"
    raw_lists, lists_reader = load(lists / "code-lists.yaml")
    raw_categories, categories_reader = load(lists / "categories.yaml")
    raw_prohibited, prohibited_reader = load(lists / "prohibited.yaml")
    loaded = [load(path) for path in sorted((folder / "catalogue").glob("*.yaml"))]
    for one in published:
        content, problems = located.read_text(one.content, f"published {one.item}@{one.number}")
        faults.extend(problems)
        place = next((n for n, (raw, _) in enumerate(loaded) if raw.get("code") == one.item), None)
        if place is None or not isinstance(content, Mapping) or one.number <= int(loaded[place][0].get("version") or 0):
            continue
        loaded[place] = (content, Reader(f"published {one.item}@{one.number}"))
        readers.append(loaded[place][1])
    by_code = {str(raw.get("code")): raw for raw, _ in loaded}
    categories = [
        reading.category(categories_reader, raw) for raw in categories_reader.mappings(raw_categories, "categories")
    ]
    made = Profile(
        items=_in_order([reading.item(reader, raw, by_code) for raw, reader in loaded if raw], categories),
        code_lists={
            one.code: one
            for one in (reading.code_list(lists_reader, raw) for raw in lists_reader.mappings(raw_lists, "code_lists"))
        },
        categories=tuple(categories),
        prohibited=tuple(
            reading.prohibited_class(prohibited_reader, raw)
            for raw in prohibited_reader.mappings(raw_prohibited, "classes")
        ),
        ignored_titles=frozenset(prohibited_reader.texts(raw_prohibited, "ignored_titles")),
    )
    return made, faults + [fault for reader in readers for fault in reader.faults]


def _in_order(items: list[Item | None], categories: list[Category]) -> tuple[Item, ...]:
    place = {c.code: n for n, c in enumerate(categories)}
    return tuple(sorted(filter(None, items), key=lambda i: (place.get(i.category, len(place)), i.subject, i.code)))


@lru_cache(maxsize=8)
def _profile(folder: Path, published: tuple[Published, ...]) -> Profile:
    profile, faults = read_profile(folder, published)
    if faults:
        raise BrokenProfile("\n".join(map(str, faults)))
    return profile


def profile() -> Profile:
    """The catalogue of the city that this installation serves. Raises `BrokenProfile`."""
    return _profile(city_folder(), _in_force.published)


@lru_cache(maxsize=8)
def _by_code(folder: Path, published: tuple[Published, ...]) -> Codes[str, Item]:
    return {one.code: one for one in _profile(folder, published).items}


@dataclass(slots=True)
class _InForce:
    """What this process knows of the versions that were published here; `in_force.refresh` brings it up to date."""

    published: tuple[Published, ...] = ()


_in_force = _InForce()


def use_published(published: Collection[Published]) -> None:
    """Let these versions stand for the folder's from now on, in this process."""
    _in_force.published = tuple(sorted(published, key=lambda one: one.item))


def published_now() -> tuple[Published, ...]:
    """The versions that stand for the folder's now."""
    return _in_force.published


def items() -> tuple[Item, ...]:
    """All items, by category."""
    return profile().items


def item(code: str) -> Item:
    """The item with that code, in the version in force. Raises `UnknownItem`."""
    found = _by_code(city_folder(), _in_force.published).get(code)
    if found is None:
        raise UnknownItem(item=code)
    return found


def item_read_from(content: str) -> Item:
    """An item from a written form that stands by itself. Raises `BrokenProfile` where it cannot be read."""
    raw, faults = located.read_text(content, "item")
    reader = Reader("item")
    made = reading.item(reader, raw, {}) if isinstance(raw, Mapping) else None
    if made is None or faults or reader.faults:
        raise BrokenProfile("\n".join(map(str, [*faults, *reader.faults])))
    return made


def folder_item(code: str) -> Item:
    """The item as the profile's folder has it, whatever was published since. Raises `UnknownItem`."""
    found = _by_code(city_folder(), ()).get(code)
    if found is None:
        raise UnknownItem(item=code)
    return found


def items_of_provider(organisation_code: str) -> tuple[Item, ...]:
    """The items that this organisation may hand in."""
    return tuple(i for i in items() if not i.providers or organisation_code in i.providers)


def code_lists() -> Codes[str, CodeList]:
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
    return prohibited_by(title, profile().prohibited)


@cache
def _organisation_names(folder: Path) -> Codes[str, Words]:
    listed = tables.read(folder).organisations
    return {code: Words(row["name_zh"], row["name_en"]) for code, row in listed.items()}


def organisation_names() -> Codes[str, Words]:
    """The names of the city's organisations, by code, as the profile lists them."""
    return _organisation_names(city_folder())


@cache
def _organisations_in_english(folder: Path) -> dict[str, str]:
    return {name.zh: name.en for name in _organisation_names(folder).values()}


def organisation_in_english(name_zh: str) -> str:
    """What an organisation that a record names is called in English; "" where the profile has none so named."""
    return _organisations_in_english(city_folder()).get(name_zh, "")


def item_page(code: str, language: str = "zh-hans") -> pages.ItemPage:
    """All that a page about the item says, in the language. Raises `UnknownItem`."""
    one = item(code)
    entries = [e for e in policy.entries("publicity") if e.code == one.publicity_rule]
    maker = pages.Maker(language, profile(), _organisation_names(city_folder()))
    return maker.item_page(one, entries)


def index_page(language: str = "zh-hans") -> tuple[pages.CategoryLine, ...]:
    """All items by category, in the language; categories without items are left out."""
    return pages.Maker(language, profile(), _organisation_names(city_folder())).index()
