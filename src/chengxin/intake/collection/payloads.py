"""From a validated batch to what is stored: natural keys, sealed values, payloads as JSON text."""

from collections.abc import Sequence
from hashlib import md5

import polars as pl

from chengxin.base.sealing import keys
from chengxin.base.sealing import rules as sealing
from chengxin.registry.catalogue.rules import FieldType, Item

SEPARATOR = "\x1f"
# JSON strings may not hold these as they are; PostgreSQL refuses NUL altogether.
SPECIAL = ['"', "\\", *map(chr, range(32)), "\x7f"]
ESCAPED = ['\\"', "\\\\", *("\\n" if c == "\n" else "\\t" if c == "\t" else " " for c in SPECIAL[2:34]), " "]


def natural_keys(text: pl.DataFrame, item: Item) -> pl.Series:
    """The natural key of each row as 32 hexadecimal digits: a hash of item and key fields, keyed for sealed fields.

    128 bits tell records apart and are no secret, so MD5 serves; a personal number enters only as a keyed hash.
    """
    columns = []
    for code in item.natural_key:
        column = text[code].fill_null("")
        if item.field_of(code).type == FieldType.SEALED:
            column = pl.Series([_keyed(v) for v in column.to_list()], dtype=pl.String)
        columns.append(column.alias(code))
    joined = pl.DataFrame(columns).select(pl.concat_str([pl.lit(item.code), *item.natural_key], separator=SEPARATOR))
    values = joined.to_series().to_list()
    return pl.Series(
        "natural_key", [md5(v.encode(), usedforsecurity=False).hexdigest() for v in values], dtype=pl.String
    )


def _keyed(value: str) -> str:
    return sealing.lookup_hash(value, key=keys.lookup_key(), context="natural-key").hex()


def sealed(text: pl.DataFrame, item: Item, contexts: Sequence[str]) -> pl.DataFrame:
    """The frame with each sealed field sealed under the row's own context (its natural key)."""
    new = []
    for field in item.fields:
        if field.type == FieldType.SEALED and not text[field.code].is_null().all():
            values = text[field.code].to_list()
            new.append(
                pl.Series(
                    field.code,
                    [
                        sealing.seal_stable(v, key=keys.sealing_key(), context=f"{c}:{field.code}") if v else None
                        for v, c in zip(values, contexts, strict=True)
                    ],
                    dtype=pl.String,
                )
            )
    return text.with_columns(new) if new else text


def unsealed(value: str, *, field: str, natural_key: str) -> str:
    """A sealed value of a record in clear. Raises `SealBroken`."""
    return sealing.unseal(value, key=keys.sealing_key(), context=f"{natural_key}:{field}")


def sealed_value(value: str, *, field: str, natural_key: str) -> str:
    """One value of a record, sealed as `sealed` does."""
    return sealing.seal_stable(value, key=keys.sealing_key(), context=f"{natural_key}:{field}")


def as_json(text: pl.DataFrame, fields: Sequence[str]) -> pl.Series:
    """Each row as the text of a JSON object of its fields; empty fields are left out."""
    if text.is_empty():
        return pl.Series("payload", [], dtype=pl.String)
    members: list[pl.Expr] = []
    columns = [_escaped(text[code]) for code in fields if text[code].null_count() < text.height]
    whole = [c for c in columns if c.null_count() == 0]
    if whole:  # in one pass, which is where nearly all of the payload comes from
        form = ",".join(f'"{c.name}":"{{}}"' for c in whole)
        members.append(pl.format(form, *(pl.col(c.name) for c in whole)))
    members += [pl.format(f'"{c.name}":"{{}}"', pl.col(c.name)) for c in columns if c.null_count()]
    body = pl.concat_str(members, separator=",", ignore_nulls=True) if members else pl.lit("")
    return text.select(columns).select((pl.lit("{") + body + pl.lit("}")).alias("payload")).to_series()


def _escaped(column: pl.Series) -> pl.Series:
    if column.str.contains_any(SPECIAL).any():
        return column.str.replace_many(SPECIAL, ESCAPED)
    return column
