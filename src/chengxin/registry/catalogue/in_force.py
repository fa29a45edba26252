"""Which version of each item is in force: the folder's, or a later one that was published here (ADR 0020)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml
from django.db.models import Max

from chengxin.base.policy import city_folder
from chengxin.registry.catalogue import queries
from chengxin.registry.catalogue.models import ItemVersion
from chengxin.registry.catalogue.queries import Published, UnknownItem
from chengxin.registry.catalogue.rules import Item


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of an item; `published_by` is empty for the folder's own."""

    number: int
    effective_from: date
    published_by: str
    published_at: datetime | None
    content: str


def refresh(*, on: date) -> None:
    """Bring this process up to what is in force on that day: one small query. Index: `item_version_once`."""
    newest = ItemVersion.objects.filter(effective_from__lte=on).order_by("item", "-number").distinct("item")
    queries.use_published([Published(*row) for row in newest.values_list("item", "number", "content")])


def item_version(code: str, number: int) -> Item:
    """An item as it was in that version. Raises `UnknownItem`. Index: `item_version_once`."""
    present = queries.item(code)
    if present.version == number:
        return present
    seed = queries.folder_item(code)
    if seed.version == number:
        return seed
    content = ItemVersion.objects.filter(item=code, number=number).values_list("content", flat=True).first()
    if content is None:
        raise UnknownItem(item=code)
    return queries.item_read_from(content)


def versions_of(code: str) -> tuple[VersionRow, ...]:
    """All versions of an item that this installation knows, newest first. Raises `UnknownItem`."""
    seed = queries.folder_item(code)
    rows = [
        VersionRow(v.number, v.effective_from, v.published_by, v.published_at, v.content)
        for v in ItemVersion.objects.filter(item=code).order_by("-number")
        if v.number != seed.version
    ]
    rows.append(VersionRow(seed.version, seed.effective_from, "", None, written(code)))
    return tuple(sorted(rows, key=lambda row: -row.number))


def newest_number(code: str) -> int:
    """The number of the newest version, in force or to come. Raises `UnknownItem`. Index: `item_version_once`."""
    published = ItemVersion.objects.filter(item=code).aggregate(n=Max("number"))["n"] or 0
    return max(published, queries.folder_item(code).version)


def newest_content(code: str) -> str:
    """The written form of the newest version, in force or to come. Raises `UnknownItem`."""
    seed = queries.folder_item(code)
    newest = ItemVersion.objects.filter(item=code, number__gt=seed.version).order_by("-number").first()
    return newest.content if newest else written(code)


def newest_item(code: str) -> Item:
    """The newest version of an item, in force or to come. Raises `UnknownItem`."""
    return queries.item_read_from(newest_content(code))


def written(code: str) -> str:
    """The folder's item as YAML that stands by itself: fields taken over from another item are written out."""
    folder = city_folder() / "catalogue"
    raw = yaml.safe_load((folder / f"{code}.yaml").read_text(encoding="utf-8"))
    fields = []
    for one in raw["fields"]:
        if "like" not in one:
            fields.append(one)
            continue
        other = yaml.safe_load((folder / f"{one['like']['item']}.yaml").read_text(encoding="utf-8"))["fields"]
        start = next(n for n, f in enumerate(other) if f["code"] == one["like"]["from"])
        fields += other[start:]
    raw["fields"] = fields
    return dumped(raw)


def dumped(raw: dict[str, Any]) -> str:
    """A written form as YAML, keys in their order."""
    return yaml.safe_dump(raw, allow_unicode=True, sort_keys=False, width=120)


def loaded(content: str) -> dict[str, Any]:
    """A written form as plain values."""
    raw: dict[str, Any] = yaml.safe_load(content)
    return raw
