"""Which fields of open resources go out and how, and how statistics about persons are protected. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from chengxin.registry.catalogue.rules import Field, FieldType, Item, Words

OPEN, ABOUT_ORGANISATIONS, PUBLIC = "open", "organisation", "public"


class Format(StrEnum):
    """In which form a release is downloaded (下载格式)."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    PARQUET = "parquet"


MEDIA_TYPES: Mapping[Format, str] = {
    Format.CSV: "text/csv",
    Format.JSON_LINES: "application/jsonl",
    Format.PARQUET: "application/vnd.apache.parquet",
}


class ColumnType(StrEnum):
    """What a column holds, as the data dictionary calls it."""

    TEXT = "text"
    DATE = "date"
    DECIMAL = "decimal"
    INTEGER = "integer"


TYPES: Mapping[FieldType, ColumnType] = {
    FieldType.DATE: ColumnType.DATE,
    FieldType.DECIMAL: ColumnType.DECIMAL,
    FieldType.INTEGER: ColumnType.INTEGER,
}


@dataclass(frozen=True, slots=True)
class Licence:
    """Under which terms the data may be used (开放协议)."""

    code: str
    name: Words
    address: str
    conditions: Words


@dataclass(frozen=True, slots=True)
class Terms:
    """What dated policy says of open data. `masked` and `left_out` hold field codes by item; `version` names it.

    `kinds_left_out`: kinds of subject whose records stay out of files, for a name that is a person's own.
    """

    licence: Licence
    masked: Mapping[str, frozenset[str]]
    left_out: Mapping[str, frozenset[str]]
    kinds_left_out: tuple[str, ...]
    most_rows_of_changes: int
    version: str
    is_verified: bool


NOTHING = Words("", "")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a release: the data dictionary's row. `source` is the item's field; None for the first ones.

    `digits` and `decimals` of decimals; `values` the closed list, empty for free ones.
    """

    code: str
    name: Words
    type: ColumnType
    source: str | None = None
    masked: bool = False
    free: bool = False
    digits: int = 0
    decimals: int = 0
    code_list: str = ""
    meaning: Words = NOTHING


KEY = Words(
    "随机编号，同一记录更正后不变；移除文件只列记录键",
    "Random; stays the same when the record is corrected; removals name keys alone",
)
STATE = Words("in-force 有效；disputed 异议处理中", "in-force; disputed: a dispute is being handled")
ENDS = Words("自这一天起不得再公开；空为没有期限", "From this day on it is not to be shown; empty: no end")
FIRST: tuple[Column, ...] = (
    Column("key", Words("记录键", "Key of the record"), ColumnType.TEXT, meaning=KEY),
    Column("subject_code", Words("统一社会信用代码", "Unified social credit code"), ColumnType.TEXT),
    Column("subject_name", Words("主体名称", "Name of the subject"), ColumnType.TEXT),
    Column("state", Words("状态", "State"), ColumnType.TEXT, meaning=STATE),
    Column("public_from", Words("公示起始日", "Public from"), ColumnType.DATE),
    Column("public_until", Words("不再公示之日", "No longer public on"), ColumnType.DATE, meaning=ENDS),
)


def is_open(item: Item) -> bool:
    """Whether an item is an open resource: shared as open, public, and about organisations.

    Records of natural persons are never open; there are statistics instead.
    Source: the catalogue's own sharing class (共享属性), GB/T 39442.
    """
    return item.sharing == OPEN and item.publicity_attribute == PUBLIC and item.subject == ABOUT_ORGANISATIONS


def columns_of(item: Item, terms: Terms) -> tuple[Column, ...]:
    """The columns of an open resource: the first ones, then each public field that policy does not leave out.

    Source: the catalogue (`public: false` and sealed fields never go out) and policy/open-data.yaml.
    """
    shown_before = {item.parts.subject_code, item.parts.subject_name}
    left_out = terms.left_out.get(item.code, frozenset())
    masked = terms.masked.get(item.code, frozenset())
    fields = [
        f
        for f in item.fields
        if f.public and f.type != FieldType.SEALED and f.code not in shown_before and f.code not in left_out
    ]
    return (*FIRST, *(_column(f, masked=f.code in masked) for f in fields))


def _column(field: Field, *, masked: bool) -> Column:
    return Column(
        code=field.code,
        name=field.name,
        type=TYPES.get(field.type, ColumnType.TEXT),
        source=field.code,
        masked=masked,
        free=field.type == FieldType.TEXT and not masked,
        digits=field.digits or 0,
        decimals=field.decimals or 0,
        code_list=field.code_list or "",
    )


@dataclass(frozen=True, slots=True)
class Statistic:
    """A count of records of natural persons by a closed list, protected (统计).

    `most_records`: of how many records of one person a count takes notice; `months`: how long a period is.
    """

    code: str
    name: Words
    item: str
    field: str
    months: int
    most_records: int
    epsilon: Decimal
    threshold: int
    basis: str
    version: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a statistic; `count` None: fewer than the threshold, and not told."""

    value: str
    count: int | None


def noise_scale(*, most_records: int, epsilon: Decimal) -> float:
    """The scale of the Laplace noise: one person changes all counts together by at most `most_records`.

    Source: Dwork, McSherry, Nissim, Smith (2006), sensitivity in the L1 norm divided by epsilon.
    """
    if epsilon <= 0 or most_records < 1:
        raise ValueError("epsilon is above 0 and at least one record counts")
    return float(most_records / epsilon)


def told(counts: Mapping[str, int], *, threshold: int) -> tuple[Cell, ...]:
    """What is published of noised counts: those below the threshold are not told.

    Judging the noised number costs no privacy; the true one is not looked at again.
    Source: policy/open-statistics.yaml, and 个人信息保护法 art. 4, 73: what is anonymous names nobody.
    """
    return tuple(Cell(value, count if count >= threshold else None) for value, count in counts.items())


def is_affordable(spent: Sequence[Decimal], cost: Decimal, *, budget: Decimal) -> bool:
    """Whether one more statistic of that epsilon stays within the year's budget: epsilons add up.

    Source: sequential composition of differential privacy; the budget is policy/open-statistics.yaml.
    """
    return sum(spent, Decimal(0)) + cost <= budget


def period_before(day: date, *, months: int) -> tuple[date, date]:
    """The last whole period `[from, until)` of so many months that was over on `day`; periods begin with the year.

    Source: policy/open-statistics.yaml gives the length, a divisor of twelve.
    """
    begun = (day.month - 1) // months * months
    until = date(day.year, begun + 1, 1)
    start = begun - months
    return (date(day.year, start + 1, 1) if start >= 0 else date(day.year - 1, start + 13, 1)), until
