"""Checks and mending of single columns, by distinct value where there are few, vectorised where there are many."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl

from chengxin.base.identifiers import rules as identifiers
from chengxin.base.listing import listed_in_chinese
from chengxin.intake.collection.reading.sources import FLOAT_MARK, NESTED_MARK
from chengxin.intake.collection.rules import Fault, Note, is_plain_date, read_codes, read_date
from chengxin.registry.catalogue.rules import CodeList, Field, FieldType

DIGITS = "0123456789"
EDGES = " \t\r\n\u3000\u00a0\ufeff\u200b'’`"
NARROW = {
    FieldType.CREDIT_CODE,
    FieldType.ORGANISATION_CODE,
    FieldType.DATE,
    FieldType.DECIMAL,
    FieldType.INTEGER,
    FieldType.SEALED,
}
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A fault or note at all rows (places in the frame) where `where` is true; `value` per row where it helps."""

    field: str
    rule: str
    variant: str
    where: pl.Series
    values: pl.Series | None = None
    params: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A column after mending: typed for rules (`typed`), as it will be kept (`text`), and what was found."""

    text: pl.Series
    typed: pl.Series
    faults: tuple[Mark, ...]
    notes: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """A column trimmed at its edges, and what is true of any of its values; many columns are looked at in one go."""

    raw: pl.Series
    text: pl.Series
    is_changed: bool
    is_blanked: bool  # nothing is left of a value
    is_marked: bool  # a value may bear one of the reader's marks
    longest: int  # bytes


def glance(columns: Mapping[str, pl.Series]) -> dict[str, Glance]:
    """Each column that holds anything, trimmed; two passes over all columns, on all cores."""
    filled = [c.alias(code) for code, c in columns.items() if c.null_count() < c.len()]
    if not filled:
        return {}
    raw = pl.DataFrame(filled)
    trimmed = raw.select(pl.all().str.strip_chars(EDGES))
    text = pl.all()
    given = raw.select(text.str.len_bytes().cast(pl.Int64).sum()).row(0, named=True)
    told = trimmed.select(
        (text == "").any().name.prefix("blanked:"),
        text.max().name.prefix("greatest:"),
        text.str.len_bytes().max().name.prefix("longest:"),
        text.str.len_bytes().cast(pl.Int64).sum().name.prefix("size:"),
    ).row(0, named=True)
    return {
        code: Glance(
            raw[code],
            trimmed[code],
            told[f"size:{code}"] != given[code],
            told[f"blanked:{code}"],
            (told[f"greatest:{code}"] or "") >= FLOAT_MARK,  # Chinese and Latin text sorts before our marks
            told[f"longest:{code}"] or 0,
        )
        for code in raw.columns
    }


def check_nothing(rows: int, field: Field) -> Checked:
    """A column that the file does not have, or that holds nothing."""
    nothing = pl.repeat(None, rows, dtype=pl.String, eager=True)
    faults = (Mark(field.code, Fault.REQUIRED, "", nothing.is_null()),) if field.required else ()
    return Checked(nothing, nothing.cast(_typed_as(field)), faults, ())


def check(seen: Glance, field: Field, lists: Mapping[str, CodeList], *, today: date) -> Checked:
    """Mend and check one column of text by the declaration of its field. Faults in the order in which they are told."""
    faults: list[Mark] = []
    notes: list[Mark] = []
    text = _trimmed(seen, field, notes)
    if field.type in NARROW:
        text = _half_width(text, field, notes)
    if seen.is_marked:
        for mark, variant in ((NESTED_MARK, "nested"), (FLOAT_MARK, "float-code")):
            marked = text.str.starts_with(mark).fill_null(False)
            if marked.any():
                faults.append(Mark(field.code, Fault.TYPE, variant, marked))
    if field.required and text.null_count():
        faults.append(Mark(field.code, Fault.REQUIRED, "", text.is_null()))
    if field.max_length is not None and seen.longest > field.max_length:
        _length(text, field, faults)
    checker = _CHECKERS.get(field.type)
    typed = text
    if checker is not None:
        text, typed = checker(text, field, lists, faults, notes)
    if field.type == FieldType.DATE:
        _date_limits(typed, field, today, faults)
    _pattern(text, field, faults)
    return Checked(text, typed, tuple(faults), tuple(notes))


def _typed_as(field: Field) -> pl.DataType:
    match field.type:
        case FieldType.DATE:
            return pl.Date()
        case FieldType.DECIMAL:
            return pl.Decimal(38, field.decimals or 0)
        case FieldType.INTEGER:
            return pl.Int64()
        case _:
            return pl.String()


def _trimmed(seen: Glance, field: Field, notes: list[Mark]) -> pl.Series:
    text = seen.text.set((seen.text == "").fill_null(False), None) if seen.is_blanked else seen.text
    if seen.is_changed:
        changed = (text != seen.raw).fill_null(False)
        if changed.any():
            notes.append(Mark(field.code, Note.TRIMMED, "", changed))
    return text


def _half_width(text: pl.Series, field: Field, notes: list[Mark]) -> pl.Series:
    if field.type == FieldType.DATE:
        return text  # `read_date` narrows by itself and tells it as a date style
    wide = text.str.len_bytes() != text.str.len_chars()
    few = text.filter(wide).unique()
    if few.is_empty():
        return text
    narrow = few.str.normalize("NFKC").str.strip_chars(EDGES)
    marked = few.str.starts_with(FLOAT_MARK) | few.str.starts_with(NESTED_MARK)
    mended = (narrow != few) & ~marked
    if not mended.any():
        return text
    new = dict(zip(few.filter(mended), narrow.filter(mended), strict=True))
    notes.append(Mark(field.code, Note.HALF_WIDTH, "", _bad(text, new)))
    return _replace(text, new)


def _distinct(text: pl.Series) -> list[str]:
    return [v for v in text.unique().to_list() if v is not None]


def _replace(text: pl.Series, new: Mapping[str, str | None]) -> pl.Series:
    return text.replace(list(new), list(new.values())) if new else text


def _bad(text: pl.Series, values: Iterable[str]) -> pl.Series:
    return text.is_in(list(values)).fill_null(False)


def _codes(
    text: pl.Series, field: Field, lists: Mapping[str, CodeList], faults: list[Mark], notes: list[Mark]
) -> tuple[pl.Series, pl.Series]:
    codes = lists[field.code_list or ""]
    several = field.type == FieldType.CODES
    new: dict[str, str | None] = {}
    unknown: dict[str, str] = {}
    for value in _distinct(text):
        if value in codes.values:
            continue
        read = read_codes(value, codes, several=several)
        if read.text is None:
            unknown[value] = read.unknown
        elif read.text != value:
            new[value] = read.text
            if read.mended:
                where = (text == value).fill_null(False)
                notes.append(Mark(field.code, Note.OLD_CODE, "", where, params={"read": read.text}))
    if unknown:
        where = _bad(text, unknown)
        shown = _replace(text, unknown)
        some = codes.values[:20]
        allowed = {"allowed_zh": listed_in_chinese(some), "allowed_en": ", ".join(some)}
        faults.append(Mark(field.code, Fault.CODE_LIST, "", where, shown, allowed))
    read_text = _replace(text, new)
    return read_text, read_text


def _dates(
    text: pl.Series, field: Field, lists: Mapping[str, CodeList], faults: list[Mark], notes: list[Mark]
) -> tuple[pl.Series, pl.Series]:
    meant: dict[str, date | None] = {value: read_date(value) for value in _distinct(text)}
    values = list(meant)
    typed = text.replace_strict(values, [meant[v] for v in values], default=None, return_dtype=pl.Date)
    wrong = text.is_not_null() & typed.is_null()
    if wrong.any():
        faults.append(Mark(field.code, Fault.TYPE, "date", wrong, text))
    styled = [v for v, day in meant.items() if day is not None and not is_plain_date(v)]
    if styled:
        notes.append(Mark(field.code, Note.DATE_STYLE, "", _bad(text, styled), typed, {"as": "read"}))
    written = {v: day.isoformat() if day else None for v, day in meant.items()}
    return _replace(text, {v: iso for v, iso in written.items() if v != iso}), typed


def _date_limits(typed: pl.Series, field: Field, today: date, faults: list[Mark]) -> None:
    if field.earliest is not None and (early := (typed < field.earliest).fill_null(False)).any():
        faults.append(Mark(field.code, Fault.DATE_ORDER, "early", early, params={"limit": field.earliest.isoformat()}))
    if field.not_future and (future := (typed > today).fill_null(False)).any():
        faults.append(Mark(field.code, Fault.FUTURE_DATE, "", future, typed))


def _decimals(
    text: pl.Series, field: Field, lists: Mapping[str, CodeList], faults: list[Mark], notes: list[Mark]
) -> tuple[pl.Series, pl.Series]:
    digits, decimals = field.digits or 18, field.decimals or 0
    distinct = text.unique()
    if distinct.len() * FEW <= text.len():
        read = _read_decimals(distinct, digits, decimals)
        read = text.to_frame("given").join(read, on="given", how="left", nulls_equal=True, maintain_order="left")
    else:
        read = _read_decimals(text, digits, decimals)
    if read["wrong"].any():
        faults.append(Mark(field.code, Fault.TYPE, "decimal", read["wrong"], text))
    if read["large"].any():
        params = {"whole": str(digits - decimals), "decimals": str(decimals)}
        faults.append(Mark(field.code, Fault.TYPE, "digits", read["large"], text, params))
    if field.minimum is not None:
        low = (read["typed"] < field.minimum).fill_null(False)
        if low.any():
            faults.append(Mark(field.code, Fault.CROSS_FIELD, "negative", low, params={"limit": str(field.minimum)}))
    return read["kept"], read["typed"]


def _read_decimals(text: pl.Series, digits: int, decimals: int) -> pl.DataFrame:
    """`given`; `typed` and `kept`, the plain way of writing it; whether it is no number (`wrong`) or too `large`."""
    is_number = text.str.contains(r"^[+-]?(\d+\.?\d*|\.\d+)$")
    fits = text.str.contains(rf"^[+-]?0*\d{{0,{digits - decimals}}}(\.\d{{0,{decimals}}}0*)?$")
    good = text.set((~(is_number & fits)).fill_null(True), None)
    typed = good.cast(pl.Decimal(38, decimals), strict=False)
    kept = typed.cast(pl.String)
    if decimals:
        kept = kept.str.strip_chars_end("0").str.strip_chars_end(".")
    return pl.DataFrame(
        {
            "given": text,
            "typed": typed,
            "kept": kept.zip_with(kept.is_not_null(), text),
            "wrong": (~is_number).fill_null(False),
            "large": (is_number & ~fits).fill_null(False),
        }
    )


def _integers(
    text: pl.Series, field: Field, lists: Mapping[str, CodeList], faults: list[Mark], notes: list[Mark]
) -> tuple[pl.Series, pl.Series]:
    typed = text.cast(pl.Int64, strict=False)
    if (wrong := (text.is_not_null() & typed.is_null())).any():
        faults.append(Mark(field.code, Fault.TYPE, "integer", wrong, text))
    if field.minimum is not None and (low := (typed < int(field.minimum)).fill_null(False)).any():
        faults.append(Mark(field.code, Fault.CROSS_FIELD, "negative", low, params={"limit": str(field.minimum)}))
    return text, typed


FOREIGN = -100_000  # outweighs any sum: a character that may not stand there
SAMPLE = 1000  # rows that tell whether a column has few values
FEW = 8  # rows a distinct value, from which on distinct values are checked instead of rows
DIVISION = range(2, 8)  # places of the six digits of the division
TWO_BYTES = 1 << 16
CENTURY = 3  # which two places of a code hold the century of birth, if it is a citizen number
CENTURIES = [int.from_bytes(century.encode(), "little") for century in sorted(identifiers.CENTURIES)]


@cache
def _worth_of_pairs() -> tuple[pl.Series, ...]:
    """For each pair of neighbouring places of a credit code: what any two bytes there add to the sum of values times
    weights, looked up by the two bytes as a little-endian number.
    """
    weights = (*identifiers.CREDIT_CODE_WEIGHTS, 1)
    single = [
        pl.Series(
            [
                identifiers.CREDIT_CODE_ALPHABET.index(chr(byte)) * weight
                if chr(byte) in (DIGITS if place in DIVISION else identifiers.CREDIT_CODE_ALPHABET)
                else FOREIGN
                for byte in range(256)
            ],
            dtype=pl.Int32,
        )
        for place, weight in enumerate(weights)
    ]
    two = pl.int_range(TWO_BYTES, dtype=pl.UInt32, eager=True)
    return tuple(a.gather(two % 256) + b.gather(two // 256) for a, b in zip(single[::2], single[1::2], strict=True))


def credit_codes_hold(text: pl.Series) -> pl.Series:
    """Whether each text is a well-formed credit code: rows, boolean, null where null. Source: GB 32100-2015.

    The 18 bytes are read as nine numbers of two bytes, and each is looked up in a table of what the two add to the sum
    of values times their weights; the check character counts once, so that a right code's sum is a multiple of 31.
    The few in which a century stands where a citizen number has it are looked at one by one.
    """
    fits = text.str.len_bytes() == 18
    codes = text if fits.all(ignore_nulls=False) else text.set(~fits.fill_null(False), "0" * 18)
    pairs = codes.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt16, 9), endianness="little").explode()
    total = pl.repeat(0, text.len(), dtype=pl.Int32, eager=True)
    for place, worth in enumerate(_worth_of_pairs()):
        total += worth.gather(pairs.gather_every(9, place).cast(pl.UInt32))
    held = fits & (total >= 0) & (total % 31 == 0)
    personal = held & pairs.gather_every(9, CENTURY).is_in(CENTURIES)
    if not personal.any():
        return held
    wrong = [code for code in text.filter(personal).unique() if not identifiers.is_credit_code(code)]
    return held & ~text.is_in(wrong)


def _credit_codes(
    text: pl.Series, field: Field, lists: Mapping[str, CodeList], faults: list[Mark], notes: list[Mark]
) -> tuple[pl.Series, pl.Series]:
    sample = text.head(SAMPLE)
    few = sample.n_unique() * FEW <= sample.len()  # the authority's own code, row after row
    looked_at = text.unique() if few else text

    def rows(hit: pl.Series) -> pl.Series:
        return _bad(text, looked_at.filter(hit)) if few else hit

    wrong = (~credit_codes_hold(looked_at)).fill_null(False)
    if wrong.any():
        told = text.str.starts_with(FLOAT_MARK).fill_null(False)
        faults.append(Mark(field.code, Fault.CHECK_DIGIT, "", rows(wrong) & ~told, text))
    if field.prefixes:
        foreign = (~looked_at.str.slice(0, 1).is_in(list(field.prefixes)) & ~wrong).fill_null(False)
        if foreign.any():
            faults.append(Mark(field.code, Fault.PATTERN, "prefix", rows(foreign), text))
    return text, text


def _organisation_codes(
    text: pl.Series, field: Field, lists: Mapping[str, CodeList], faults: list[Mark], notes: list[Mark]
) -> tuple[pl.Series, pl.Series]:
    hyphened = text.str.contains(r"^.{8}-.$").fill_null(False)
    if hyphened.any():
        notes.append(Mark(field.code, Note.HYPHEN, "", hyphened))
        text = text.zip_with(~hyphened, text.str.replace("-", "", literal=True))
    wrong = [c for c in _distinct(text) if not identifiers.is_organisation_code(c)]
    if wrong:
        faults.append(Mark(field.code, Fault.CHECK_DIGIT, "org-code", _bad(text, wrong), text))
    return text, text


def _length(text: pl.Series, field: Field, faults: list[Mark]) -> None:
    measured = {FieldType.TEXT, FieldType.CODE, FieldType.CODES, FieldType.SEALED}
    if field.max_length is None or field.type not in measured:
        return
    too_long = (text.str.len_chars() > field.max_length).fill_null(False)
    if too_long.any():
        lengths = text.str.len_chars().cast(pl.String)
        params = {"as": "length", "limit": str(field.max_length)}
        faults.append(Mark(field.code, Fault.LENGTH, "", too_long, lengths, params))


def _pattern(text: pl.Series, field: Field, faults: list[Mark]) -> None:
    if field.pattern is None:
        return
    wrong = (~text.str.contains(f"^(?:{field.pattern})$")).fill_null(False)
    if wrong.any():
        shown = None if field.type == FieldType.SEALED else text
        faults.append(Mark(field.code, Fault.PATTERN, "", wrong, shown))


Checker = Callable[[pl.Series, Field, Mapping[str, CodeList], list[Mark], list[Mark]], tuple[pl.Series, pl.Series]]
_CHECKERS: dict[FieldType, Checker] = {
    FieldType.CODE: _codes,
    FieldType.CODES: _codes,
    FieldType.DATE: _dates,
    FieldType.DECIMAL: _decimals,
    FieldType.INTEGER: _integers,
    FieldType.CREDIT_CODE: _credit_codes,
    FieldType.ORGANISATION_CODE: _organisation_codes,
}
