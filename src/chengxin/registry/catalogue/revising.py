"""Changes of a catalogue item: applied to its written form, and told in plain words. Pure.

An item is never narrowed below what records hold: fields are added and their rules change, none is taken away, and the
natural key, the parts and the kind of subject stay as they are.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from chengxin.base.listing import listed_in_chinese
from chengxin.registry.catalogue.rules import Field, Item, Words
from chengxin.registry.catalogue.words import CYCLES, SHARING, TYPES


class ProposalState(StrEnum):
    """Where a proposed change is."""

    PROPOSED = "proposed"  # 待审核
    PUBLISHED = "published"  # 已发布
    REFUSED = "refused"  # 未通过
    WITHDRAWN = "withdrawn"  # 已撤回


@dataclass(frozen=True, slots=True)
class FieldChange:
    """New rules of a field; `max_length` None: as it is."""

    required: bool
    public: bool
    max_length: int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a form says of an item: rules by field code, new fields as they are written, and the item's own lines."""

    fields: Mapping[str, FieldChange]
    added: tuple[Mapping[str, Any], ...]
    legal_basis: tuple[Mapping[str, Any], ...]
    providers: tuple[str, ...]
    sharing: str
    shared_with: tuple[str, ...]
    cycle: str
    within_working_days: int | None


def revised(raw: Mapping[str, Any], changes: Changes, *, version: int, effective_from: date) -> dict[str, Any]:
    """The written form of an item after the changes. `raw` has all its fields, none by `like`.

    Source: the checks of the whole profile decide whether it may stand (`checking`).
    """
    new: dict[str, Any] = deepcopy(dict(raw))
    new["version"], new["effective_from"] = version, effective_from
    new["fields"] = [_field(one, changes.fields.get(one["code"])) for one in new["fields"]] + [
        dict(one) for one in changes.added
    ]
    new["legal_basis"] = [dict(one) for one in changes.legal_basis]
    new.pop("providers", None)
    if changes.providers:
        new["providers"] = list(changes.providers)
    new["sharing"] = {"class": changes.sharing}
    if changes.sharing == "departments":
        new["sharing"]["with"] = list(changes.shared_with)
    new["update"] = {"cycle": changes.cycle}
    if changes.within_working_days is not None:
        new["update"]["within_working_days"] = changes.within_working_days
    return new


def _field(raw: Mapping[str, Any], change: FieldChange | None) -> dict[str, Any]:
    new = dict(raw)
    if change is None:
        return new
    if change.required != bool(raw.get("required")):
        new["required"] = change.required
    if change.public != (raw.get("public") is not False) and raw.get("type") != "sealed":
        new["public"] = change.public
    if change.max_length is not None and raw.get("max_length"):
        new["max_length"] = change.max_length
    return new


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between two versions; `asks_more`: what was handed in rightly before may now be faulty."""

    told: Words
    asks_more: bool = False


def differences(before: Item, after: Item) -> tuple[Difference, ...]:
    """What changes from one version of an item to another, in plain words. Source: the items themselves."""
    return tuple(_differences(before, after))


def _differences(before: Item, after: Item) -> Iterator[Difference]:
    for one in after.fields:
        if one.code not in before.by_code:
            yield _added(one)
        else:
            yield from _field_differences(before.by_code[one.code], one)
    for one in before.fields:
        if one.code not in after.by_code:
            yield Difference(Words(f"不再有字段“{one.name.zh}”", f"The field “{one.name.en}” is gone"), True)
    yield from _basis(before, after)
    if set(before.providers) != set(after.providers):
        zh = listed_in_chinese(after.providers) or "本市各单位"
        yield Difference(Words(f"报送单位改为：{zh}", f"Providers are now: {', '.join(after.providers) or 'any'}"))
    if (before.sharing, before.shared_with) != (after.sharing, after.shared_with):
        now = SHARING[after.sharing]
        with_zh = f"（{listed_in_chinese(after.shared_with)}）" if after.shared_with else ""
        with_en = f" ({', '.join(after.shared_with)})" if after.shared_with else ""
        yield Difference(Words(f"共享属性改为{now.zh}{with_zh}", f"Sharing is now: {now.en}{with_en}"))
    if before.update_cycle != after.update_cycle:
        was, now = CYCLES[before.update_cycle], CYCLES[after.update_cycle]
        yield Difference(Words(f"更新周期由{was.zh}改为{now.zh}", f"Update cycle: {was.en} becomes {now.en}"))
    if before.within_working_days != after.within_working_days:
        zh, en = _days(after.within_working_days)
        yield Difference(Words(f"报送时限改为{zh}", f"Time for handing in is now {en}"))


def _days(days: int | None) -> tuple[str, str]:
    return (f"{days} 个工作日", f"{days} working days") if days is not None else ("不限", "not limited")


def _added(one: Field) -> Difference:
    kind = TYPES[one.type]
    need = ("，必填", ", required") if one.required else ("，选填", ", optional")
    zh = f"新增字段“{one.name.zh}”（{one.code}，{kind.zh}{need[0]}）"
    return Difference(Words(zh, f"New field “{one.name.en}” ({one.code}, {kind.en}{need[1]})"), one.required)


def _field_differences(before: Field, after: Field) -> Iterator[Difference]:
    zh, en = f"“{after.name.zh}”", f"“{after.name.en}”"
    if before.required != after.required:
        told = Words(f"{zh}由选填改为必填", f"{en} becomes required")
        if not after.required:
            told = Words(f"{zh}由必填改为选填", f"{en} becomes optional")
        yield Difference(told, after.required)
    if before.max_length != after.max_length:
        told = Words(
            f"{zh}的上限由 {before.max_length} 个字改为 {after.max_length} 个字",
            f"{en} may have {after.max_length} characters instead of {before.max_length}",
        )
        yield Difference(told, (after.max_length or 0) < (before.max_length or 0))
    if before.public != after.public:
        told = Words(f"{zh}不再公示", f"{en} is not public any more")
        if after.public:
            told = Words(f"{zh}改为公示", f"{en} becomes public")
        yield Difference(told)
    rest = {"required", "max_length", "public"}
    if any(getattr(before, k) != getattr(after, k) for k in Field.__dataclass_fields__ if k not in rest):
        yield Difference(Words(f"{zh}的其他规则有变", f"Other rules of {en} change"), True)


def _basis(before: Item, after: Item) -> Iterator[Difference]:
    was = {(b.law, b.article): b for b in before.legal_basis}
    now = {(b.law, b.article): b for b in after.legal_basis}
    for law, article in sorted(set(now) - set(was)):
        yield Difference(Words(f"新增依据：《{law}》{article}", f"New legal basis: {law} {article}"))
    for law, article in sorted(set(was) - set(now)):
        yield Difference(Words(f"不再依据：《{law}》{article}", f"Not a legal basis any more: {law} {article}"))
    for key in sorted(set(was) & set(now)):
        if was[key].verified != now[key].verified:
            zh, en = ("已核实", "confirmed") if now[key].verified else ("待核实", "to be confirmed")
            yield Difference(Words(f"依据《{key[0]}》{key[1]}：{zh}", f"Legal basis {key[0]} {key[1]}: {en}"))
