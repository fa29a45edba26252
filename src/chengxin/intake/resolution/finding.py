"""Finds the registered organisations that rows may be about, for many rows at once: by keys, then in columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from django.db import connection

from chengxin.intake.resolution import weighing
from chengxin.intake.resolution.blocking import Details, keys_of
from chengxin.intake.resolution.comparing import LEVELS, PARTS, levels
from chengxin.intake.resolution.names import Vocabulary, address_key, form_of, plain_name
from chengxin.intake.resolution.weighing import Terms, Weights
from chengxin.registry.subjects import listing as subjects

_CANDIDATES = """
SELECT DISTINCT a.row, k.subject_id
FROM unnest(%(rows)s::int[], %(keys)s::bigint[]) AS a(row, key)
CROSS JOIN LATERAL (SELECT subject_id FROM resolution_key k WHERE k.key = a.key LIMIT %(block)s) k
"""
_KNOWN = """
SELECT f.subject_id, f.name, f.plain, f.region, f.brand, f.trade, f.ending, f.branch,
  coalesce(d.representative, ''), coalesce(d.address, '')
FROM resolution_form f LEFT JOIN resolution_detail d ON d.subject_id = f.subject_id
WHERE f.subject_id = ANY(%s)
"""
_KNOWN_COLUMNS = ("subject_id", "known_as", *(f"{part}:known" for part in PARTS[:-1]))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a row says of the organisation that it is about; `codes` are (scheme, value), the credit code not among."""

    name: str
    representative: str = ""
    address: str = ""
    codes: tuple[tuple[str, str], ...] = ()


def candidates(rows: Sequence[Asked], *, words: Vocabulary, weights: Weights, terms: Terms) -> pl.DataFrame:
    """For each row (its place, from 0) the organisations that it may be about, with the probability of each.

    Columns: `row`, `subject_id`, `known_as`, the levels, `score`, `probability`; best first within a row. Three
    statements, however many rows. Indexes: primary key of keys, `resolution_form_subject`,
    `identifier_names_one_subject`.
    """
    asked, keys, named = _asked(rows, words)
    pairs = _pairs(keys, named, block=terms.block)
    known = _known(pairs["subject_id"].unique().to_list())
    joined = pairs.join(asked, on="row").join(known, on="subject_id")
    joined = joined.with_columns(pl.col("subject_id").cast(pl.String).alias("code:known"))
    joined = joined.join(_bearers(joined), on="row", how="left").with_columns(pl.col("bearers").fill_null(0))
    found = joined.select("row", "subject_id", "known_as").hstack(levels(joined, crowds=terms.crowds))
    scored = weighing.probabilities(found.with_columns(weighing.scores(found, weights)), weights)
    return scored.sort(["row", "probability", "score", "subject_id"], descending=[False, True, True, False])


def _asked(
    rows: Sequence[Asked], words: Vocabulary
) -> tuple[pl.DataFrame, tuple[list[int], list[int]], list[tuple[int, int]]]:
    """The rows in parts; their keys, each with the row that has it; and whom their further codes name."""
    by_code = subjects.named_by_codes(sorted({code for row in rows for code in row.codes}))
    made: list[tuple[object, ...]] = []
    owners: list[int] = []
    keys: list[int] = []
    named: list[tuple[int, int]] = []
    for place, row in enumerate(rows):
        form = form_of(row.name, words)
        details = Details(plain_name(row.representative), address_key(row.address))
        subject = next((by_code[code] for code in row.codes if code in by_code), None)
        parts = (form.plain, form.region, form.brand, form.trade, form.ending, form.branch)
        code = "" if subject is None else str(subject)
        made.append((place, *parts, details.representative, details.address, code))
        found = keys_of(form, details)
        owners += [place] * len(found)
        keys += found
        if subject is not None:
            named.append((place, subject))
    schema = {"row": pl.Int32, **dict.fromkeys(PARTS, pl.String)}
    return pl.DataFrame(made, schema=schema, orient="row"), (owners, keys), named


def _pairs(keys: tuple[list[int], list[int]], named: list[tuple[int, int]], *, block: int) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, {"rows": keys[0], "keys": keys[1], "block": block})
        found = cursor.fetchall()
    schema = {"row": pl.Int32, "subject_id": pl.Int64}
    return pl.DataFrame(sorted({*found, *named}), schema=schema, orient="row")


def _known(subject_ids: list[int]) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [subject_ids])
        rows = cursor.fetchall()
    schema = {c: pl.Int64 if c == "subject_id" else pl.String for c in _KNOWN_COLUMNS}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _bearers(joined: pl.DataFrame) -> pl.DataFrame:
    """How many organisations bear each row's brand (`row`, `bearers`): a key brings them, up to the block's size."""
    same = joined.filter((pl.col("brand") != "") & (pl.col("brand") == pl.col("brand:known")))
    return same.group_by("row").agg(pl.col("subject_id").n_unique().alias("bearers"))


def levels_of(row: dict[str, object]) -> dict[str, str]:
    """The levels in a row of `candidates`."""
    return {comparison: str(row[comparison]) for comparison in LEVELS}
