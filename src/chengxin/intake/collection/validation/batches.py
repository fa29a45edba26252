"""A batch of rows against its catalogue item: everything that needs no database."""

import gc
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

import polars as pl

from chengxin.base.identifiers import rules as identifiers
from chengxin.intake.collection.reading.sources import ROW
from chengxin.intake.collection.rules import Column, Fault, Finding, Ground, Note
from chengxin.intake.collection.validation import cells
from chengxin.intake.collection.validation.cells import SHOWN, Checked, Mark
from chengxin.registry.catalogue.rules import (
    CodeList,
    CrossRule,
    Field,
    FieldType,
    Item,
    NotBefore,
    OnlyFrom,
    PrefixDemands,
    RequiredWhen,
    Together,
)

THREADS = 2
IDENTITY_CARD = "身份证"
ADULT_YEARS = 18  # Source: Civil Code (民法典) art. 17; who may be a credit subject: 广西条例 art. 3


@dataclass(frozen=True, slots=True)
class Context:
    """What validation knows besides the file."""

    item: Item
    lists: Mapping[str, CodeList]
    today: date
    source_codes: frozenset[str]  # whose data may be handed in
    prohibited: Mapping[str, str]  # title of a column without a field -> forbidden class, where it falls in one
    organisation: str = ""  # code of the organisation that hands in
    ground: Ground = Ground.HAND_IN


@dataclass(slots=True)
class Batch:
    """Rows after mending. `text` as it will be kept and `typed` for rules: `__row` and a column for each field."""

    raw: pl.DataFrame
    text: pl.DataFrame
    typed: pl.DataFrame
    faults: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def faulty_rows(self) -> set[int]:
        """Numbers of the rows that are rejected."""
        return {f.row for f in self.faults}


@contextmanager
def only_new_objects_collected() -> Iterator[None]:
    """While many rows are checked, Python's cycle collector passes over all objects that stood before.

    Otherwise it walks through the whole loaded program again and again: a third of the time of validation.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def validated(frames: Iterator[pl.DataFrame], columns: Sequence[Column], context: Context) -> Generator[Batch]:
    """The batches with their findings, in order; two are looked at side by side, outside Python's lock."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="validate") as pool:
        coming = deque(pool.submit(validate, raw, columns, context) for raw in islice(frames, THREADS))
        while coming:
            batch = coming.popleft().result()
            coming.extend(pool.submit(validate, raw, columns, context) for raw in islice(frames, 1))
            if batch is not None:
                yield batch


def validate(raw: pl.DataFrame, columns: Sequence[Column], context: Context) -> Batch | None:
    """The batch with its findings; None where every row is blank. Blank rows are passed over but keep their numbers."""
    place_of = {c.field: f"c{c.place}" for c in columns if c.field}
    raw = _without_blank_rows(raw, place_of)
    if raw.is_empty():
        return None
    seen = cells.glance({code: raw[place] for code, place in place_of.items()})

    def check(one: Field) -> Checked:
        if one.code not in seen:
            return cells.check_nothing(raw.height, one)
        return cells.check(seen[one.code], one, context.lists, today=context.today)

    checked = {one.code: check(one) for one in context.item.fields}
    rows = raw[ROW]
    batch = Batch(
        raw=raw.select(ROW, *(pl.col(place).alias(code) for code, place in place_of.items())),
        text=pl.DataFrame([rows, *(c.text.alias(code) for code, c in checked.items())]),
        typed=pl.DataFrame([rows, *(c.typed.alias(code) for code, c in checked.items())]),
    )
    told: set[tuple[int, str]] = set()
    marks = [m for c in checked.values() for m in c.faults]
    marks += list(_cross(batch, context))
    marks += list(_unknown_columns(raw, columns, context))
    for mark in marks:
        for finding in findings(mark, rows, context.item):
            if (finding.row, finding.field) not in told:
                told.add((finding.row, finding.field))
                batch.faults.append(finding)
    batch.notes = [f for c in checked.values() for m in c.notes for f in findings(m, rows, context.item)]
    return batch


def _without_blank_rows(raw: pl.DataFrame, place_of: Mapping[str, str]) -> pl.DataFrame:
    data = [c for c in raw.columns if c != ROW]
    one = raw[next(iter(place_of.values()))]
    is_blank = one.is_null() | (one.str.strip_chars() == "")
    if not is_blank.any():  # so that hardly ever all cells are looked at
        return raw
    blank = raw.filter(is_blank).filter(
        pl.all_horizontal(pl.col(data).is_null() | (pl.col(data).str.strip_chars() == ""))
    )
    return raw.filter(~pl.col(ROW).is_in(blank[ROW].to_list())) if blank.height else raw


def findings(mark: Mark, rows: pl.Series, item: Item) -> Iterator[Finding]:
    """A mark as findings, one a row."""
    places = mark.where.arg_true()
    numbers = rows.gather(places).to_list()
    fixed = dict(mark.params or {})
    name_of = fixed.pop("as", "value")
    declared = item.by_code.get(mark.field)
    if declared is not None:
        fixed |= {"name_zh": declared.name.zh, "name_en": declared.name.en}
    sealed = declared is not None and declared.type == FieldType.SEALED
    values = mark.values.gather(places).to_list() if mark.values is not None and not sealed else [None] * len(numbers)
    for row, value in zip(numbers, values, strict=True):
        params = fixed if value is None else {**fixed, name_of: str(value)[:SHOWN]}
        yield Finding(row, mark.field, str(mark.rule), mark.variant, params)


def _cross(batch: Batch, context: Context) -> Iterator[Mark]:
    for rule in context.item.rules:
        yield from _cross_rule(rule, batch)
        if isinstance(rule, OnlyFrom) and context.ground == Ground.HAND_IN:
            yield from _only_from(rule, batch, context.organisation)
    yield from _identity_numbers(batch, context.item)
    source = context.item.parts.source_code
    if source is not None:
        codes = batch.text[source]
        foreign = (~codes.is_in(list(context.source_codes))).fill_null(False)
        if foreign.any():
            yield Mark(source, Fault.NOT_YOURS, "", foreign, codes)
    if context.item.subject == "person":
        yield from _minors(batch, context.item)


def _cross_rule(rule: CrossRule, batch: Batch) -> Iterator[Mark]:
    words = {"rule_message_zh": rule.message.zh, "rule_message_en": rule.message.en}
    text, typed = batch.text, batch.typed
    match rule:
        case Together(fields=fields):
            given = text.select(pl.any_horizontal(pl.col(fields).is_not_null())).to_series()
            for one in fields:
                if (missing := given & text[one].is_null()).any():
                    yield Mark(one, Fault.CROSS_FIELD, "", missing, params=words)
        case RequiredWhen():
            patterns = [f";{value}{end}" for value in rule.when_any for end in (";", "-")]
            kinds = text[rule.when_field].unique()  # few, row after row
            held = text[rule.when_field].is_in(kinds.filter((";" + kinds + ";").str.contains_any(patterns)).implode())
            wrong = text[rule.field].is_null()
            if rule.above is not None:
                wrong |= (typed[rule.field] <= _number(rule.above)).fill_null(False)
            if (hit := (held & wrong).fill_null(False)).any():
                yield Mark(rule.field, Fault.CROSS_FIELD, "", hit, params=words)
        case NotBefore():
            if (early := (typed[rule.field] < typed[rule.other]).fill_null(False)).any():
                yield Mark(rule.field, Fault.DATE_ORDER, "", early, params=words)
        case PrefixDemands():
            begins = text[rule.code_field].str.starts_with(rule.prefix)
            differs = (begins != (text[rule.field] == rule.value)).fill_null(False)
            if differs.any():
                yield Mark(rule.code_field, Fault.CROSS_FIELD, "", differs, params=words)


def _only_from(rule: OnlyFrom, batch: Batch, organisation: str) -> Iterator[Mark]:
    held = batch.text[rule.field].is_in(list(rule.values)).fill_null(False)
    if organisation not in rule.organisations and held.any():
        words = {"rule_message_zh": rule.message.zh, "rule_message_en": rule.message.en}
        yield Mark(rule.field, Fault.ONLY_FROM, "", held, params=words)


def _number(value: Decimal) -> Decimal | int:
    return int(value) if value == value.to_integral_value() else value


def _identity_numbers(batch: Batch, item: Item) -> Iterator[Mark]:
    """Citizen numbers are checked where the document is an identity card. Source: GB 11643."""
    pairs = {r.fields for r in item.rules if isinstance(r, Together)}
    number = item.parts.person_document_number
    if number is not None and item.parts.person_document_type is not None:
        pairs.add((item.parts.person_document_type, number))
    for pair in sorted(pairs):
        if len(pair) != 2 or item.field_of(pair[1]).type != FieldType.SEALED:
            continue
        is_card = (batch.text[pair[0]] == IDENTITY_CARD).fill_null(False)
        numbers = batch.text[pair[1]]
        wrong = [n for n in numbers.filter(is_card).drop_nulls().unique() if not identifiers.is_citizen_number(n)]
        if wrong:
            yield Mark(pair[1], Fault.CHECK_DIGIT, "sealed", is_card & numbers.is_in(wrong).fill_null(False))


def _minors(batch: Batch, item: Item) -> Iterator[Mark]:
    number, kind, decided = item.parts.person_document_number, item.parts.person_document_type, item.parts.decided_on
    assert number is not None and kind is not None and decided is not None
    values = zip(batch.text[number].to_list(), batch.text[kind].to_list(), batch.typed[decided].to_list(), strict=True)
    minor = pl.Series([_is_minor(*value) for value in values], dtype=pl.Boolean)
    if minor.any():
        yield Mark(number, Fault.MINOR, "", minor)


def _is_minor(number: str | None, kind: str | None, decided: date | None) -> bool:
    if number is None or kind != IDENTITY_CARD or decided is None or len(number) != 18:
        return False
    born = identifiers.birth_date(number)
    if born is None:
        return False
    return (decided.year - born.year) - ((decided.month, decided.day) < (born.month, born.day)) < ADULT_YEARS


def _unknown_columns(raw: pl.DataFrame, columns: Sequence[Column], context: Context) -> Iterator[Mark]:
    for column in columns:
        if column.field is not None:
            continue
        filled = raw[f"c{column.place}"].str.strip_chars().str.len_chars().fill_null(0) > 0
        if filled.any():
            title = column.title or f"#{column.place + 1}"
            klass = context.prohibited.get(column.title)
            rule = Fault.PROHIBITED if klass else Fault.UNKNOWN_COLUMN
            yield Mark(title, rule, "", filled, params={"title": title, "klass": klass or ""})


def period_notes(batch: Batch, decided: pl.DataFrame, item: Item) -> Iterator[Finding]:
    """A note where the provider's own end of publication differs from the one that policy gives."""
    declared = item.parts.declared_public_until
    if declared is None or batch.typed[declared].is_null().all():
        return
    until = decided["public_until"]
    given = batch.typed[declared]
    differs = given.is_not_null() & ((given != until) & (given != until.dt.offset_by("-1d"))).fill_null(True)
    shown = until.dt.to_string("%Y-%m-%d").fill_null("—")
    yield from findings(Mark(declared, Note.PERIOD, "", differs, shown, {"as": "computed"}), batch.text[ROW], item)
