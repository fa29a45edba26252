"""What a page about a catalogue item says: the one view model of the website and of the written pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chengxin.base.listing import in_turn_in_chinese, in_turn_written, listed_in_chinese
from chengxin.base.policy import Entry
from chengxin.registry.catalogue import words
from chengxin.registry.catalogue.rules import (
    Field,
    FieldType,
    Item,
    LegalBasis,
    Profile,
    RequiredWhen,
    Words,
    fields_of,
)


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A value of a code list, and what it means."""

    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field as a row of the page's table. `length` reads as `200` or `18,6`; `required` and `type` are words."""

    code: str
    name: str
    type: str
    length: str
    required: str
    is_required: bool
    is_public: bool
    code_list: str
    values: tuple[ValueLine, ...]
    limits: tuple[str, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule between fields."""

    fields: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class PublicityLine:
    """For how long records are public that were decided in `[since, until)`."""

    since: date
    until: date | None
    sentence: str
    source: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Everything a page about one item says, in one language; law titles stay Chinese."""

    code: str
    version: int
    effective_from: date
    name: str
    other_name: str
    category_code: str
    category: str
    nature: str
    subject: str
    providers: tuple[str, ...]
    legal_basis: tuple[LegalBasis, ...]
    behaviour: str
    publicity_attribute: str
    publicity: tuple[PublicityLine, ...]
    sharing: str
    shared_with: tuple[str, ...]
    source_and_channel: str
    update_cycle: str
    within_working_days: int | None
    retention: str
    natural_key: tuple[str, ...]
    fields: tuple[FieldLine, ...]
    rules: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item as a row of the index."""

    code: str
    name: str
    nature: str
    subject: str
    providers: tuple[str, ...]
    publicity_attribute: str
    sharing: str
    update_cycle: str
    within_working_days: int | None
    field_count: int


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """A heading of the index with its items."""

    code: str
    name: str
    items: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes pages in one language."""

    language: str
    profile: Profile
    organisations: Mapping[str, Words]

    def say(self, text: Words) -> str:
        """The text in this maker's language."""
        return text.zh if self.language.startswith("zh") else text.en

    def index(self) -> tuple[CategoryLine, ...]:
        """All items by category; categories without items are left out."""
        lines = (
            CategoryLine(
                category.code,
                self.say(category.name),
                tuple(self._item_line(i) for i in self.profile.items if i.category == category.code),
            )
            for category in self.profile.categories
        )
        return tuple(line for line in lines if line.items)

    def _item_line(self, item: Item) -> ItemLine:
        return ItemLine(
            code=item.code,
            name=self.say(item.name),
            nature=self.say(words.NATURES[item.nature]),
            subject=self.say(words.SUBJECTS[item.subject]),
            providers=self._providers(item),
            publicity_attribute=self.say(words.ATTRIBUTES[item.publicity_attribute]),
            sharing=self.say(words.SHARING[item.sharing]),
            update_cycle=self.say(words.CYCLES[item.update_cycle]),
            within_working_days=item.within_working_days,
            field_count=len(item.fields),
        )

    def item_page(self, item: Item, publicity: Sequence[Entry]) -> ItemPage:
        """The page of an item; `publicity` are the dated entries of its publicity rule."""
        line = self._item_line(item)
        chinese = self.language.startswith("zh")
        return ItemPage(
            code=item.code,
            version=item.version,
            effective_from=item.effective_from,
            name=line.name,
            other_name=item.name.en if chinese else item.name.zh,
            category_code=item.category,
            category=next((self.say(c.name) for c in self.profile.categories if c.code == item.category), ""),
            nature=line.nature,
            subject=line.subject,
            providers=line.providers,
            legal_basis=item.legal_basis,
            behaviour=self.say(item.behaviour),
            publicity_attribute=line.publicity_attribute,
            publicity=tuple(self._publicity(item, publicity)),
            sharing=line.sharing,
            shared_with=self._named(item.shared_with),
            source_and_channel=self.say(item.source_and_channel),
            update_cycle=line.update_cycle,
            within_working_days=item.within_working_days,
            retention=self.say(item.retention),
            natural_key=tuple(self.say(item.by_code[code].name) for code in item.natural_key),
            fields=tuple(self._field(item, field) for field in item.fields),
            rules=tuple(RuleLine(fields_of(rule), self.say(rule.message)) for rule in item.rules),
        )

    def _named(self, codes: Sequence[str]) -> tuple[str, ...]:
        return tuple(self.say(self.organisations[c]) if c in self.organisations else c for c in codes)

    def _providers(self, item: Item) -> tuple[str, ...]:
        return self._named(item.providers) or (self.say(words.ANY_ORGANISATION),)

    def _field(self, item: Item, field: Field) -> FieldLine:
        conditional = any(isinstance(r, RequiredWhen) and r.field == field.code for r in item.rules)
        required = words.REQUIRED if field.required else words.CONDITIONAL if conditional else words.OPTIONAL
        listed = self.profile.code_lists.get(field.code_list or "")
        length = f"{field.digits},{field.decimals}" if field.type == FieldType.DECIMAL else str(field.max_length or "")
        return FieldLine(
            code=field.code,
            name=self.say(field.name),
            type=self.say(words.TYPES[field.type]),
            length=length,
            required=self.say(required),
            is_required=field.required,
            is_public=field.public and item.publicity_attribute == "public",
            code_list=self.say(listed.name) if listed else "",
            values=tuple(ValueLine(v, self.say(listed.meanings[v])) for v in listed.values) if listed else (),
            limits=tuple(self.say(limit) for limit in _limits(field, listed.free_suffix if listed else ())),
            titles=field.titles,
        )

    def _publicity(self, item: Item, entries: Sequence[Entry]) -> Iterator[PublicityLine]:
        for entry in sorted(entries, key=lambda e: e.effective_from, reverse=True):
            parts = [_period(entry.values), *_conditions(item, entry.values)]
            said = [self.say(part) for part in parts]
            yield PublicityLine(
                since=entry.effective_from,
                until=entry.effective_until,
                sentence=in_turn_written(said, in_english=not self.language.startswith("zh")),
                source=entry.source,
                is_verified=entry.verified,
            )


def _limits(field: Field, free: Sequence[str]) -> Iterator[Words]:
    if field.type == FieldType.CREDIT_CODE:
        yield Words("校验码须符合 GB 32100-2015", "check character after GB 32100-2015")
    if field.type == FieldType.ORGANISATION_CODE:
        yield Words("校验码须符合 GB 11714", "check character after GB 11714")
    if field.type == FieldType.CODES:
        yield Words("多个值用分号分隔", "several values are separated by a semicolon")
    if field.minimum is not None:
        yield Words(f"不小于 {field.minimum}", f"not below {field.minimum}")
    if field.earliest is not None:
        yield Words(f"不早于 {field.earliest}", f"not before {field.earliest}")
    if field.not_future:
        yield Words("不得晚于报送当日", "not in the future")
    if field.prefixes:
        yield Words(f"首位为 {listed_in_chinese(field.prefixes)}", f"begins with {', '.join(field.prefixes)}")
    if field.pattern_hint is not None:
        yield field.pattern_hint
    for value in free:
        yield Words(f"“{value}”可写作“{value}-说明”", f"{value} may be written {value}-explanation")


def _period(values: Mapping[str, Any]) -> Words:
    audience = words.ATTRIBUTES.get(values.get("otherwise", ""), Words("", ""))
    match values.get("kind"):
        case "always":
            return Words("长期公示", "public without end")
        case "while-valid":
            valid = Words("有效期内公示，期满次日起停止", "public while valid, and no more from the next day on")
            longer = values.get("no_sooner")
            if longer is None:
                return valid
            named, months = listed_in_chinese(longer["when"]["any"]), longer["months"]
            return Words(
                f"{valid.zh}，其中{named}的至少公示到核查日期后 {months} 个月",
                f"{valid.en}; once found, for at least {months} months from the finding",
            )
        case "months":
            months = values["months"]
            shorter = values.get("ends_with_validity", False)
            zh, en = ("，有效期先满的至期满", ", or until its validity ends") if shorter else ("", "")
            return Words(f"自决定之日起公示 {months} 个月{zh}", f"public for {months} months from the decision{en}")
        case "by-severity":
            parts = [_of_severity(code, period) for code, period in values["periods"].items()]
            return Words(
                "自决定之日起：" + in_turn_in_chinese(p.zh for p in parts),
                "from the decision: " + "; ".join(p.en for p in parts),
            )
        case _:
            return Words(f"不向社会公示（{audience.zh}）", f"never public ({audience.en})")


def _of_severity(code: str, period: Mapping[str, Any] | None) -> Words:
    severity = words.SEVERITIES[code]
    if period is None:
        return Words(f"{severity.zh}的不公示", f"{severity.en}: not public")
    least, most = period.get("minimum_months"), period["months"]
    shortest = Words(f"最短 {least} 个月、", f"at least {least} and ") if least else Words("", "")
    return Words(f"{severity.zh}的{shortest.zh}最长 {most} 个月", f"{severity.en}: {shortest.en}at most {most} months")


def _conditions(item: Item, values: Mapping[str, Any]) -> Iterator[Words]:
    for key, zh, en in (("only_when", "仅公示", "only where"), ("not_when", "不公示", "not where")):
        if key in values and values[key]["field"] in item.by_code:
            field, any_of = item.by_code[values[key]["field"]].name, values[key]["any"]
            yield Words(
                f"{zh}“{field.zh}”为 {listed_in_chinese(any_of)} 的", f"{en} “{field.en}” is {' or '.join(any_of)}"
            )
