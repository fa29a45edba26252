"""A city of enterprises and records, as many as asked, the same ones each time: in a database, or as a snapshot at once."""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

DATABASE = "chengxin_bench_evaluation"
PER_SUBJECT = 20
AS_OF = "2026-11-01"
SLICES = 8
TEXT = "repeat('虚构的情况说明', 12)"  # as long as departments write it
RARE = 400  # one record in so many is of a judgment debtor or a list of serious breach, the two in turn


@dataclass(frozen=True)
class Kind:
    """Of a hundred records `share` are of `item`; of its `field` the values in turn, or tenths below `tenths`."""

    item: str
    share: int
    field: str
    values: tuple[str, ...] = ()
    tenths: int = 0
    more: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()


KINDS = (
    Kind("inspection-result", 30, "RESULT", (*["未发现问题"] * 4, "发现问题责令改正", "发现问题待后续处理")),
    Kind("commitment", 22, "PERFORMANCE", (*["全部履行"] * 3, "履行中", "未履行")),
    Kind("licence-organisation", 18, "XK_XKLB", ("普通",)),
    Kind("contract-performance", 12, "PERFORMANCE", ("全部履行", "全部履行", "正在履行", "未履行")),
    Kind("penalty-organisation", 8, "CF_NR_FK", tenths=40, more=("CF_CFLB", "罚款"), severities=("minor", "general", "general", "serious")),
    Kind("tax-grade", 6, "GRADE", ("A", "A", "B", "M", "D")),
    Kind("honour", 2, "LEVEL", ("市级",)),
    Kind("abnormal-operation", 1, "REASON", ("未按规定公示年度报告",)),
    Kind("arrears", 1, "AMOUNT", tenths=90),
)  # fmt: skip
DEBTOR = Kind("judgment-defaulter", 0, "PERFORMANCE", ("未履行",))
LISTED = Kind("serious-breach", 0, "LIST", ("安全生产严重失信主体",))


def prepare() -> str:
    """Migrate the bench's database; the superuser's address."""
    os.environ["CHENGXIN_DATABASE_NAME"] = DATABASE
    ready()
    from django.conf import settings

    from chengxin.base.database import embedded
    from chengxin.project.readiness import run

    embedded.prepare(settings.EMBEDDED_ADDRESS, database=DATABASE)
    run("migrate")
    run("load_profile")
    return str(settings.EMBEDDED_ADDRESS)


def ready() -> None:
    """Load the platform."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.project.settings")
    import django

    django.setup()


def fill(address: str, subjects: int) -> float:
    """Make the city where it is missing or of another size; the seconds that it took."""
    with connected(address) as connection:
        have = connection.execute("SELECT count(*) FROM subjects_subject").fetchone()
        if have == (subjects,):
            return 0.0
        began = time.perf_counter()
        connection.execute(
            "TRUNCATE records_record, subjects_subject, runs_result, runs_standing, runs_foresight, runs_run, runs_snapshot CASCADE"
        )
        indexes = connection.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'records_record' AND indexname NOT LIKE '%pkey'"
        ).fetchall()
        for (name,) in indexes:  # the road reads the table by its pages; their six gigabytes are saved here
            connection.execute(f"DROP INDEX {name}")
        connection.execute(SUBJECTS, {"subjects": subjects})
        step = subjects * PER_SUBJECT // SLICES
        with ThreadPoolExecutor(2) as beside:
            list(beside.map(lambda n: _records(address, n * step, (n + 1) * step, subjects), range(SLICES)))
        connection.execute("VACUUM (ANALYZE) records_record")
        connection.execute("ANALYZE subjects_subject")
        return time.perf_counter() - began


SUBJECTS = """
INSERT INTO subjects_subject (id, code, name, kind, status, registered, division, created_at)
SELECT n, lpad(n::text, 18, '0'), '虚构企业' || n || '（虚构）', 'legal-person', 'active', true,
  (array['450102','450103','450105','450107','450108'])[1 + n %% 5], now() FROM generate_series(1, %(subjects)s) n
"""
RECORDS = """
INSERT INTO records_record (item, item_version, natural_key, version, provider_id, authority_code, decided_on, severity,
  audience, public_period, policy, state, submission_id, submission_row, known_from, payload, subject_id)
SELECT item, 1, gen_random_uuid(), 1, 1, '11450100007550013R', day, severity, 'public',
  daterange(day, (day + 1825)), 'publicity/penalty@2026-04-01', CASE WHEN h %% 50 = 0 THEN 'repaired' ELSE 'in-force' END,
  1, 1, now(), payload, subject_id
FROM (
  SELECT h, 1 + h %% {subjects} AS subject_id, DATE '{as_of}' - (hashint4(n + 77) & 1023) - (hashint4(n + 78) & 511) AS day,
    CASE {item} END AS item, CASE {severity} ELSE '' END AS severity,
    jsonb_build_object('SUMMARY', {text}) || CASE {payload} END AS payload
  FROM (SELECT n, hashint4(n) & 2147483647 AS h, (hashint4(n + 5) & 2147483647) %% 100 AS place,
    (hashint4(n + 9) & 2147483647) %% {rare} AS rare FROM generate_series(%(first)s + 1, %(last)s) n) numbers
) made
"""


def _by_kind(expression: Any) -> str:
    """Branches of a CASE: what `expression` gives for the kind of the record that has `rare`, `n` and `place`."""
    found, below = [f"WHEN rare = 0 AND n % 2 = 0 THEN {expression(DEBTOR)} WHEN rare = 0 THEN {expression(LISTED)}"], 0
    for kind in KINDS:
        below += kind.share
        found.append(f"WHEN place < {below} THEN {expression(kind)}")
    return " ".join(found)


def _records(address: str, first: int, last: int, subjects: int) -> None:
    def turn(values: tuple[str, ...]) -> str:
        return f"(array[{', '.join(map(_text, values))}])[1 + h % {len(values)}]" if values else "''"

    def payload(kind: Kind) -> str:
        value = f"(h % {kind.tenths} / 10.0)::text" if kind.tenths else turn(kind.values)
        return f"jsonb_build_object({', '.join([_text(kind.field), value, *map(_text, kind.more)])})"

    statement = RECORDS.format(
        subjects=subjects, as_of=AS_OF, rare=RARE, text=TEXT,
        item=_by_kind(lambda kind: _text(kind.item)).replace("%", "%%"), payload=_by_kind(payload).replace("%", "%%"),
        severity=_by_kind(lambda kind: turn(kind.severities)).replace("%", "%%"),
    )  # fmt: skip
    with connected(address) as connection:
        connection.execute(statement, {"first": first, "last": last})


def connected(address: str) -> Any:
    """The superuser's connection to the bench's database."""
    return psycopg.connect(address, dbname=DATABASE, autocommit=True, options="-c synchronous_commit=off")


def _text(value: str) -> str:
    return f"'{value}'"


MADE = """
SELECT {bucket} + {buckets} * (CAST(hash(n) % {each} AS BIGINT) + {shift}) AS subject_id, n * {buckets} + {bucket} AS version_id,
  CAST(CASE {resource} END AS SMALLINT) AS resource, day AS event_day, CAST(day + 1825 AS INT) AS until_day,
  CAST(CASE WHEN h % 50 = 0 THEN 2 ELSE 0 END AS TINYINT) AS state, CAST(CASE {severity} ELSE 0 END AS TINYINT) AS severity, {more}
FROM (SELECT n, CAST(hash(n + 1) % 1000003 AS INT) AS h, CAST(hash(n + 5) % 100 AS INT) AS place, CAST(hash(n + 9) % {rare} AS INT) AS rare,
  {day} - CAST(hash(n + 77) % 1024 AS INT) - CAST(hash(n + 78) % 512 AS INT) AS day FROM (SELECT unnest(range({rows})) AS n))
"""


def make(folder: Path, subjects: int, model: Any) -> float:
    """Write a snapshot of a city of this size straight into files, without a database; the seconds that it took."""
    from chengxin.evaluation.runs import extracting
    from chengxin.evaluation.runs.layout import layout_for

    began, layout = time.perf_counter(), layout_for([model])
    buckets = extracting.buckets_for(subjects * PER_SUBJECT)
    for kind in (extracting.RECORDS, extracting.SUBJECTS):
        (folder / kind).mkdir(parents=True)
    with ThreadPoolExecutor(2) as beside:
        list(beside.map(lambda bucket: _bucket(folder, layout, bucket, buckets, subjects // buckets), range(buckets)))
    records = subjects // buckets * buckets * PER_SUBJECT
    told = {
        "layout": layout.told(),
        "as_of": AS_OF,
        "records": records,
        "subjects": subjects // buckets * buckets,
        "digest": "made",
    }
    (folder / extracting.MANIFEST).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return time.perf_counter() - began


def _bucket(folder: Path, layout: Any, bucket: int, buckets: int, each: int) -> None:
    import duckdb

    from chengxin.evaluation.runs.layout import day_number

    statement = MADE.format(
        bucket=bucket, buckets=buckets, each=each, shift=int(bucket == 0), rare=RARE, rows=each * PER_SUBJECT,
        day=day_number(date.fromisoformat(AS_OF)), resource=_by_kind(lambda kind: layout.number(kind.item) if kind.item in layout.resources else 0),
        severity=_by_kind(_severity), more=", ".join(_columns(layout)),
    )  # fmt: skip
    wanted = f"SELECT * FROM ({statement}) WHERE resource > 0 ORDER BY subject_id % 64, subject_id, version_id"
    people = f"SELECT {bucket} + {buckets} * (n + {int(bucket == 0)}) AS subject_id, 'legal-person' AS kind, 'active' AS status, '450102' AS division FROM (SELECT unnest(range({each})) AS n)"
    with duckdb.connect() as engine:
        engine.execute("SET threads = 1; SET preserve_insertion_order = true")
        for kind, rows in (("records", wanted), ("subjects", people)):
            engine.execute(
                f"COPY ({rows}) TO '{folder / kind}/part-{bucket:02}.parquet' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 250_000)"
            )


def _severity(kind: Kind) -> str:
    from chengxin.evaluation.runs.layout import SEVERITIES

    whens = " ".join(f"WHEN {n} THEN {SEVERITIES[s]}" for n, s in enumerate(kind.severities))
    return f"CASE h % {len(kind.severities)} {whens} END" if whens else "0"


def _columns(layout: Any) -> list[str]:
    def flags(kind: Kind, column: int) -> str:
        slot = next(
            (s for s in layout.slots if (s.resource, s.field, s.column) == (kind.item, kind.field, column)), None
        )
        bits = [1 << slot.values.index(v) if v in slot.values else 0 for v in kind.values] if slot else []
        whens = " ".join(f"WHEN {n} THEN {bit}" for n, bit in enumerate(bits))
        return f"CASE h % {len(bits)} {whens} END" if bits else "0"

    def amount(kind: Kind, column: int) -> str:
        holds = any((a.resource, a.field, a.column) == (kind.item, kind.field, column) for a in layout.amounts)
        return f"h % {kind.tenths} * 100000" if holds and kind.tenths else "0"

    names = layout.columns[7:]
    giving = {"f": flags, "a": amount}
    return [
        f"CAST(CASE {_by_kind(lambda k, n=name: giving[n[0]](k, int(n[1:])))} END AS BIGINT) AS {name}"
        for name in names
    ]
