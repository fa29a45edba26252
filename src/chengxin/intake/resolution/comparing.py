"""How a row and a registered name agree, part by part: for many pairs at once, in columns. Pure.

Each comparison ends in one of a few levels; what a level is worth is `weighing`'s matter.
"""

from functools import cache

import polars as pl
from pypinyin import lazy_pinyin
from rapidfuzz.distance import OSA, LCSseq

from chengxin.intake.resolution.names import DIGITS, ELSEWHERE

# comparison -> its levels, from agreement to contradiction
LEVELS: dict[str, tuple[str, ...]] = {
    "name": ("same", "parts", "other"),
    "brand": ("same", "slip", "one-character", "contained", "other"),
    "trade": ("same", "shortened", "missing", "other"),
    "region": ("same", "missing", "other"),
    "ending": ("same", "missing", "other"),
    "branch": ("same", "other"),
    "details": ("both", "one", "missing", "divided", "other", "neither"),
    "code": ("same", "missing", "other"),
    "rarity": ("alone", "few", "some", "many", "missing"),
}
PARTS = ("plain", "region", "brand", "trade", "ending", "branch", "representative", "address", "code")
GENERAL = "company"  # an ending that says less than others: 恒丰公司 may be a limited company or a group
_NUMERALS = f"[^{''.join(sorted(DIGITS))}]"
NOTHING = "missing"  # the level that says nothing, where there is nothing to compare
SAME, MISSING, OTHER = pl.lit("same"), pl.lit(NOTHING), pl.lit("other")


def levels(pairs: pl.DataFrame, *, crowds: tuple[int, int]) -> pl.DataFrame:
    """The level of each comparison for pairs of a row and a registered name: rows x comparisons, text.

    `pairs` has the columns of `PARTS` (text, never null) twice: as they are for the row, with `:known` for the name;
    and `bearers`: how many registered organisations bear the row's brand. `crowds`: how many are still few, and some.
    Source: docs/rules/resolution.md.
    """
    aligned = _aligned(pairs)
    brands = aligned["brand"].to_list(), aligned["brand:known"].to_list()
    measured = aligned.with_columns(
        pl.Series("distance", map(OSA.distance, *brands), dtype=pl.Int32),
        pl.Series("shared", map(LCSseq.similarity, aligned["trade"], aligned["trade:known"]), dtype=pl.Int32),
        pl.Series("slip", map(_is_slip, *brands), dtype=pl.Boolean),
    )
    found = measured.select(
        pl.col("plain") == pl.col("plain:known"),
        _brand().alias("brand"),
        _trade().alias("trade"),
        _region().alias("region"),
        _ending().alias("ending"),
        pl.when(pl.col("branch") == pl.col("branch:known")).then(SAME).otherwise(OTHER).alias("branch"),
        _details().alias("details"),
        _given("code").alias("code"),
        _rarity(*crowds).alias("rarity"),
    )
    return found.select(_name().alias("name"), *list(LEVELS)[1:])


def _aligned(pairs: pl.DataFrame) -> pl.DataFrame:
    """With the brand cut alike where one side shows no trade, since it is written in a way that no list knows.

    恒丰建工 beside 恒丰 and 建筑工程 is 恒丰 and 建工.
    """
    return pairs.with_columns(_cut("", ":known")).with_columns(_cut(":known", ""))


def _cut(this: str, that: str) -> list[pl.Expr]:
    brand, trade, other = pl.col(f"brand{this}"), pl.col(f"trade{this}"), pl.col(f"brand{that}")
    hides = (trade == "") & (pl.col(f"trade{that}") != "") & brand.str.starts_with(other) & (brand != other)
    return [
        pl.when(hides).then(other).otherwise(brand).alias(f"brand{this}"),
        pl.when(hides).then(brand.str.slice(other.str.len_chars())).otherwise(trade).alias(f"trade{this}"),
    ]


@cache
def _sound(character: str) -> str:
    return "".join(lazy_pinyin(character))


def _is_slip(one: str, other: str) -> bool:
    """Whether two brands differ as typing by sound slips: a character of the same sound, one doubled."""
    if one == other:
        return False
    if len(one) != len(other):
        return len(one) > 1 and _undoubled(one) == _undoubled(other)
    odd = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(odd) == 1:
        return _sound(odd[0][0]) == _sound(odd[0][1])
    return len(odd) == 2 and len(one) > 2 and odd[0] == odd[1][::-1]


def _undoubled(text: str) -> str:
    return "".join(c for c, before in zip(text, " " + text, strict=False) if c != before)


def _brand() -> pl.Expr:
    row, known = pl.col("brand"), pl.col("brand:known")
    same_numbers = row.str.replace_all(_NUMERALS, "") == known.str.replace_all(_NUMERALS, "")
    begins = row.str.starts_with(known) | known.str.starts_with(row)
    return (
        pl.when(row == known)
        .then(SAME)
        .when(pl.col("slip") & same_numbers)
        .then(pl.lit("slip"))
        .when((pl.col("distance") == 1) & same_numbers)
        .then(pl.lit("one-character"))
        .when(begins & same_numbers)
        .then(pl.lit("contained"))
        .otherwise(OTHER)
    )


def _trade() -> pl.Expr:
    row, known = pl.col("trade"), pl.col("trade:known")
    shorter = pl.min_horizontal(row.str.len_chars(), known.str.len_chars())
    inside = (pl.col("shared") == shorter) & (row.str.slice(0, 1) == known.str.slice(0, 1))
    ends = row.str.ends_with(known) | known.str.ends_with(row)
    return (
        pl.when(row == known)
        .then(SAME)
        .when((row == "") | (known == ""))
        .then(MISSING)
        .when(inside | ends)
        .then(pl.lit("shortened"))
        .otherwise(OTHER)
    )


def _region() -> pl.Expr:
    """A division of the city may be left out; one elsewhere may not."""
    row, known = pl.col("region"), pl.col("region:known")
    elsewhere = row.str.ends_with(ELSEWHERE) | known.str.ends_with(ELSEWHERE)
    left_out = ((row == "") | (known == "")) & ~elsewhere
    return pl.when(row == known).then(SAME).when(left_out).then(MISSING).otherwise(OTHER)


def _ending() -> pl.Expr:
    row, known = pl.col("ending"), pl.col("ending:known")
    general = row.is_in(["", GENERAL]) | known.is_in(["", GENERAL])
    return pl.when(row == known).then(SAME).when(general).then(MISSING).otherwise(OTHER)


def _given(part: str) -> pl.Expr:
    row, known = pl.col(part), pl.col(f"{part}:known")
    return pl.when((row == "") | (known == "")).then(MISSING).when(row == known).then(SAME).otherwise(OTHER)


def _details() -> pl.Expr:
    """Representative and address in one: firms of one owner share both, so that they do not tell twice."""
    one, two = _given("representative"), _given("address")
    same = (one == "same").cast(pl.Int8) + (two == "same").cast(pl.Int8)
    other = (one == "other").cast(pl.Int8) + (two == "other").cast(pl.Int8)
    return (
        pl.when(same == 2)
        .then(pl.lit("both"))
        .when((same == 1) & (other == 1))
        .then(pl.lit("divided"))
        .when(same == 1)
        .then(pl.lit("one"))
        .when(other == 2)
        .then(pl.lit("neither"))
        .when(other == 1)
        .then(OTHER)
        .otherwise(MISSING)
    )


def _rarity(few: int, some: int) -> pl.Expr:
    """Of how many organisations the same brand is: among a million, two characters are soon a brand of many."""
    bearers = pl.col("bearers")
    return (
        pl.when((pl.col("brand") != pl.col("brand:known")) | (bearers == 0))  # 0: read otherwise, see `_aligned`
        .then(MISSING)
        .when(bearers == 1)
        .then(pl.lit("alone"))
        .when(bearers <= few)
        .then(pl.lit("few"))
        .when(bearers <= some)
        .then(pl.lit("some"))
        .otherwise(pl.lit("many"))
    )


def _name() -> pl.Expr:
    alike = pl.all_horizontal(pl.col("brand", "trade", "region", "ending", "branch") == "same")
    return pl.when(pl.col("plain")).then(SAME).when(alike).then(pl.lit("parts")).otherwise(OTHER)
