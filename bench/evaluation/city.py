"""A city of enterprises and records in the bench's own database: as many as asked, the same ones each time."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg

DATABASE = "chengxin_bench_evaluation"
PER_SUBJECT = 20
AS_OF = "2026-11-01"
SLICES = 8
# Of a hundred records: item, how many, payload as SQL, severity. The texts are as long as departments write them.
TEXT = "repeat('虚构的情况说明', 12)"
ITEMS = (
    ("inspection-result", 30, "'RESULT', (array['未发现问题','未发现问题','未发现问题','未发现问题','发现问题责令改正','发现问题待后续处理'])[1 + h % 6]", ""),
    ("commitment", 22, "'PERFORMANCE', (array['全部履行','全部履行','全部履行','履行中','未履行'])[1 + h % 5]", ""),
    ("licence-organisation", 18, "'XK_XKLB', '普通'", ""),
    ("contract-performance", 12, "'PERFORMANCE', (array['全部履行','全部履行','正在履行','未履行'])[1 + h % 4]", ""),
    ("penalty-organisation", 8, "'CF_NR_FK', (h % 40 / 10.0)::text, 'CF_CFLB', '罚款'", "(array['minor','general','general','serious'])[1 + h % 4]"),
    ("tax-grade", 6, "'GRADE', (array['A','A','B','M','D'])[1 + h % 5]", ""),
    ("honour", 2, "'LEVEL', '市级'", ""),
    ("abnormal-operation", 1, "'REASON', '未按规定公示年度报告'", ""),
    ("arrears", 1, "'AMOUNT', (h % 90 / 10.0)::text", ""),
)  # fmt: skip
RARE = 400  # one record in so many is of a judgment debtor or a list of serious breach, the two in turn


def prepare() -> str:
    """Migrate the bench's database; the superuser's address."""
    os.environ["CHENGXIN_DATABASE_NAME"] = DATABASE
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.project.settings")
    import django

    django.setup()
    from django.conf import settings

    from chengxin.base.database import embedded
    from chengxin.project.readiness import run

    embedded.prepare(settings.EMBEDDED_ADDRESS, database=DATABASE)
    run("migrate")
    run("load_profile")
    return str(settings.EMBEDDED_ADDRESS)


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
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'records_record' AND indexname NOT LIKE '%pkey'"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.execute(SUBJECTS, {"subjects": subjects})
        step = subjects * PER_SUBJECT // SLICES
        with ThreadPoolExecutor(2) as beside:
            list(beside.map(lambda n: _records(address, n * step, (n + 1) * step, subjects), range(SLICES)))
        for _, definition in indexes:
            connection.execute(definition)
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


def _records(address: str, first: int, last: int, subjects: int) -> None:
    items, payloads, severities, below = [], [], [], 0
    rare = "WHEN rare = 0 THEN CASE WHEN n % 2 = 0 THEN '{}' ELSE '{}' END".replace("%", "%%")
    items.append(rare.format("judgment-defaulter", "serious-breach"))
    payloads.append("WHEN rare = 0 THEN jsonb_build_object('PERFORMANCE', '未履行', 'LIST', '安全生产严重失信主体')")
    for item, share, payload, severity in ITEMS:
        below += share
        items.append(f"WHEN place < {below} THEN '{item}'")
        payloads.append(f"WHEN place < {below} THEN jsonb_build_object({payload})".replace("%", "%%"))
        if severity:
            severities.append(
                f"WHEN rare > 0 AND place >= {below - share} AND place < {below} THEN {severity}".replace("%", "%%")
            )
    statement = RECORDS.format(
        subjects=subjects, as_of=AS_OF, rare=RARE, text=TEXT, item=" ".join(items), payload=" ".join(payloads),
        severity=" ".join(severities) or "WHEN false THEN ''",
    )  # fmt: skip
    with connected(address) as connection:
        connection.execute(statement, {"first": first, "last": last})


def connected(address: str) -> Any:
    """The superuser's connection to the bench's database."""
    return psycopg.connect(address, dbname=DATABASE, autocommit=True, options="-c synchronous_commit=off")
