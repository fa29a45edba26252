"""A large file of the legal-person penalties item: fictional companies, valid rows but for a known share of faults."""

from pathlib import Path

import polars as pl

from chengxin.base.identifiers import rules as identifiers

ROWS_A_SUBJECT = 5
FAULTY_ONE_IN = 500  # such a share of rows has a code whose check character is wrong
MARKET = "11450100007550013R"
CHUNK = 100_000


def _text(number: pl.Expr, alphabet: str, width: int) -> pl.Expr:
    base = len(alphabet)
    table = dict(enumerate(alphabet))
    digits = [
        (number // base**place % base).replace_strict(table, return_dtype=pl.String) for place in reversed(range(width))
    ]
    return pl.concat_str(digits)


def _with_checks(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds `code`: a unified social credit code for each `subject` number. Source: GB 32100-2015, GB 11714."""
    alphabet = identifiers.CREDIT_CODE_ALPHABET
    values = {c: i for i, c in enumerate(alphabet)}
    wide = {c: int(c, 36) for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    frame = frame.with_columns(body=pl.lit("QB") + _text(pl.col("subject"), alphabet, 6))

    def weighed(column: str, weights: tuple[int, ...], table: dict[str, int]) -> pl.Expr:
        return pl.sum_horizontal(
            pl.col(column).str.slice(i, 1).replace_strict(table, return_dtype=pl.Int32) * w for i, w in enumerate(weights)
        )

    rest = 11 - weighed("body", identifiers.ORGANISATION_CODE_WEIGHTS, wide) % 11
    check = rest.replace_strict({**{i: str(i) for i in range(1, 10)}, 10: "X", 11: "0"}, return_dtype=pl.String)
    frame = frame.with_columns(first=pl.lit("91450100") + pl.col("body") + check)
    last = (31 - weighed("first", identifiers.CREDIT_CODE_WEIGHTS, values) % 31) % 31
    return frame.with_columns(code=pl.col("first") + last.replace_strict(dict(enumerate(alphabet)), return_dtype=pl.String))


def _chunk(start: int, rows: int) -> pl.DataFrame:
    number = pl.int_range(start, start + rows, eager=True)
    frame = _with_checks(pl.DataFrame({"number": number}).with_columns(subject=pl.col("number") // ROWS_A_SUBJECT))
    wrong = pl.col("number") % FAULTY_ONE_IN == 7
    swapped = pl.col("code").str.slice(0, 16) + pl.lit("00")
    text = pl.col("number").cast(pl.String)
    day = pl.date(2024, 1, 1) + pl.duration(days=pl.col("number") % 700)
    return frame.select(
        CF_XDR_MC=pl.lit("南宁虚构") + pl.col("subject").cast(pl.String) + pl.lit("号贸易有限公司（虚构）"),
        CF_XDR_LB=pl.lit("法人及非法人组织"),
        CF_XDR_SHXYM=pl.when(wrong).then(swapped).otherwise(pl.col("code")),
        CF_FRDB=pl.lit("韦某安"),
        CF_WSH=pl.lit("南市监罚〔2024〕") + text + pl.lit("号"),
        CF_WFXW=pl.lit("经营超过保质期的食品"),
        CF_SY=pl.lit("检查时发现货架上有超过保质期的预包装食品待售，货值金额三百元（虚构）。案号") + text,
        CF_YJ=pl.lit("《中华人民共和国食品安全法》第一百二十四条第一款第五项"),
        CF_CFLB=pl.lit("罚款;没收违法所得"),
        CF_NR=pl.lit("罚款0.5万元，没收违法所得0.03万元"),
        CF_NR_FK=pl.lit("0.5"),
        CF_NR_WFFF=pl.lit("0.03"),
        CF_JDRQ=day.dt.to_string("%Y/%m/%d"),
        CF_CFJG=pl.lit("南宁市市场监督管理局"),
        CF_CFJGDM=pl.lit(MARKET),
        CF_SJLY=pl.lit("南宁市市场监督管理局"),
        CF_SJLYDM=pl.lit(MARKET),
    )


def write(path: Path, rows: int) -> None:
    """Write `rows` rows as CSV with field codes as header, unless the file has them already."""
    stamp = path.with_suffix(".rows")
    if path.exists() and stamp.exists() and stamp.read_text() == str(rows):
        return
    with path.open("wb") as file:
        for start in range(0, rows, CHUNK):
            _chunk(start, min(CHUNK, rows - start)).write_csv(file, include_header=start == 0)
    stamp.write_text(str(rows))
