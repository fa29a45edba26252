"""A million fictional penalties (虚构) as a CSV file, the same for every contender, and what is known of their faults."""

from pathlib import Path

import polars as pl

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MARKET = "11450100007550013R"
AUTHORITY = "南宁市市场监督管理局"
KINDS = ["罚款", "警告;罚款", "警告", "通报批评", "罚款;没收违法所得"]
DEEDS = ["虚假宣传", "食品经营违法", "产品质量不合格", "价格违法", "无证经营"]
LAWS = [
    "《中华人民共和国反不正当竞争法》第二十条",
    "《中华人民共和国食品安全法》第一百二十六条",
    "《中华人民共和国价格法》第四十二条",
]
FAULTY_EVERY = 50  # one row in fifty has a fault


def codes(numbers: pl.Series) -> pl.Series:
    """Credit codes of companies with these numbers, with their right check characters."""
    frame = pl.DataFrame({"n": numbers}).with_columns(
        (pl.lit("91450100MA") + pl.col("n").cast(pl.String).str.zfill(6) + pl.lit("0")).alias("code")
    )
    value = {c: i for i, c in enumerate(ALPHABET)}
    total = pl.lit(0, dtype=pl.Int32)
    for place in range(17):
        at = pl.col("code").str.slice(place, 1).replace_strict(value, return_dtype=pl.Int32)
        total = total + at * pow(3, place, 31)
    check = ((31 - total % 31) % 31).replace_strict(dict(enumerate(ALPHABET)), return_dtype=pl.String)
    return frame.select(pl.col("code") + check).to_series()


def _one_of(values: list[str], by: pl.Expr) -> pl.Expr:
    return (by % len(values)).replace_strict(dict(enumerate(values)), return_dtype=pl.String)


def write(path: Path, rows: int, subjects: int) -> None:
    """Write the file: UTF-8, titles in Chinese as the catalogue names them."""
    from chengxin.registry.catalogue import queries as catalogue

    item = catalogue.item("penalty-organisation")
    n = pl.col("n")
    company = n % subjects
    kind = _one_of(KINDS, n // 7)
    by_subject = codes(pl.Series(range(subjects)))
    frame = pl.DataFrame({"n": range(rows)}).with_columns(
        ("南宁市虚构" + company.cast(pl.String) + "号贸易有限公司").alias("CF_XDR_MC"),
        pl.lit("法人及非法人组织").alias("CF_XDR_LB"),
        pl.Series("CF_XDR_SHXYM", by_subject).gather(pl.Series(range(rows)) % subjects),
        _one_of(["甲某", "乙某", "丙某", "丁某"], n).alias("CF_FRDB"),
        ("虚市监罚字〔2026〕" + n.cast(pl.String) + "号").alias("CF_WSH"),
        _one_of(DEEDS, n).alias("CF_WFXW"),
        ("经查，当事人于第" + (n % 9973).cast(pl.String) + "批次经营活动中存在上述行为，事实清楚，证据确凿（虚构）。").alias("CF_SY"),
        _one_of(LAWS, n).alias("CF_YJ"),
        kind.alias("CF_CFLB"),
        (kind + "，" + (n % 200 + 1).cast(pl.String) + "00元").alias("CF_NR"),
        pl.when(kind.str.contains("罚款")).then((n % 200 + 1).cast(pl.String) + ".5").otherwise(pl.lit("")).alias("CF_NR_FK"),
        pl.when(kind.str.contains("没收")).then(pl.lit("0.8")).otherwise(pl.lit("")).alias("CF_NR_WFFF"),
        (pl.date(2023, 1, 1) + pl.duration(days=n % 1200)).dt.to_string("%Y/%m/%d").alias("CF_JDRQ"),
        pl.lit(AUTHORITY).alias("CF_CFJG"),
        pl.lit(MARKET).alias("CF_CFJGDM"),
        pl.lit(AUTHORITY).alias("CF_SJLY"),
        pl.lit(MARKET).alias("CF_SJLYDM"),
    )  # fmt: skip
    frame = _with_faults(frame)
    have = set(frame.columns)
    frame.select((pl.col(f.code) if f.code in have else pl.lit("")).alias(f.name.zh) for f in item.fields).write_csv(
        path
    )


def _with_faults(frame: pl.DataFrame) -> pl.DataFrame:
    """One row in fifty is wrong: a check digit, a name left out, an amount with its unit, or a date in the future."""
    wrong = pl.col("n") % FAULTY_EVERY == FAULTY_EVERY - 1
    which = (pl.col("n") // FAULTY_EVERY) % 4
    code = pl.col("CF_XDR_SHXYM")
    broken = code.str.slice(0, 17) + pl.when(code.str.ends_with("0")).then(pl.lit("1")).otherwise(pl.lit("0"))
    return frame.with_columns(
        pl.when(wrong & (which == 0)).then(broken).otherwise(code).alias("CF_XDR_SHXYM"),
        pl.when(wrong & (which == 1)).then(pl.lit("")).otherwise(pl.col("CF_WFXW")).alias("CF_WFXW"),
        pl.when(wrong & (which == 2)).then(pl.lit("5,000元")).otherwise(pl.col("CF_NR_FK")).alias("CF_NR_FK"),
        pl.when(wrong & (which == 3)).then(pl.lit("2035/01/01")).otherwise(pl.col("CF_JDRQ")).alias("CF_JDRQ"),
    )
