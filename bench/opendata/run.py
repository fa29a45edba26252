"""Releasing an open resource of 1,000,000 records, against a bare COPY of the same rows out of the database.

usage: .venv/bin/python bench/opendata/run.py [--records N]
Uses a database of its own, `chengxin_bench_opendata`, which it makes anew. Measures the first release, the next one after
1 % of the records ended, the question whether a file may be given out, a page of the feed, and the peak of memory.
"""

import argparse
import os
import resource
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

DATABASE, ITEM = "chengxin_bench_opendata", "penalty-organisation"
PER_SUBJECT = 5
SUBJECTS = """
INSERT INTO subjects_subject (code, name, kind, status, registered, division, created_at)
SELECT '914501' || lpad(n::text, 12, '0'), '南宁虚构' || n || '号贸易有限公司', 'legal-person', 'active', true, '450100', now()
FROM generate_series(1, %(subjects)s) n
"""
RECORDS = """
INSERT INTO records_record (item, item_version, natural_key, version, provider_id, authority_code, decided_on, severity,
  audience, public_period, policy, state, submission_id, submission_row, known_from, payload, subject_id)
SELECT 'penalty-organisation', 1, gen_random_uuid(), 1, 1, '11450100007550013R', %(day)s::date - (n %% 300)::int, 'general',
  'public', daterange(%(day)s::date - (n %% 300)::int, %(day)s::date + 30 + (n %% 300)::int), 'publicity/penalty@2026-04-01',
  'in-force', 1, n, %(at)s, jsonb_build_object(
    'CF_WSH', '南市监罚〔2026〕' || n || '号（虚构）', 'CF_FRDB', '韦虚构', 'CF_CFLB', '罚款;没收违法所得', 'CF_NR_FK', '1.5',
    'CF_WFXW', '经营超过保质期的食品', 'CF_NR', '罚款1.5万元，联系电话13800138000', 'CF_JDRQ', '2026-05-09',
    'CF_YJ', '《中华人民共和国食品安全法》第一百二十四条', 'CF_CFJG', '南宁市市场监督管理局', 'CF_XDR_LB', '法人及非法人组织'),
  (SELECT min(id) FROM subjects_subject) + n / %(per)s
FROM generate_series(0, %(records)s - 1) n
"""
END = """
WITH ended AS (UPDATE records_record SET known_until = %(at)s WHERE id %% 100 = 0 AND known_until IS NULL RETURNING *)
INSERT INTO records_record (item, item_version, natural_key, version, provider_id, authority_code, decided_on, severity,
  audience, public_period, policy, state, submission_id, submission_row, known_from, payload, subject_id)
SELECT item, item_version, natural_key, 2, provider_id, authority_code, decided_on, severity, audience, public_period, policy,
  'repaired', submission_id, submission_row, %(at)s, payload, subject_id FROM ended
"""


def timed(what: str, act: Callable[[], Any]) -> Any:
    """Do it, and say how long it took and how much memory the process has held at most."""
    begun = time.perf_counter()
    made = act()
    took = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:<58} {took:9.3f} s   peak {peak:7.0f} MB", flush=True)
    return made


def prepare(records: int, at: Any, day: Any) -> None:
    """The bench's database with so many public records of one item, and its statistics."""
    import psycopg
    from django.conf import settings

    from chengxin.base.database import embedded
    from chengxin.project.readiness import run

    with psycopg.connect(settings.EMBEDDED_ADDRESS, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    embedded.prepare(settings.EMBEDDED_ADDRESS, database=DATABASE)
    run("migrate")
    run("load_profile")
    with psycopg.connect(settings.EMBEDDED_ADDRESS, dbname=DATABASE, autocommit=True) as owner:
        given = {"records": records, "subjects": records // PER_SUBJECT, "per": PER_SUBJECT, "at": at, "day": day}
        owner.execute(SUBJECTS, given)
        owner.execute(RECORDS, given)
        owner.execute("VACUUM ANALYZE")


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--records", type=int, default=1_000_000)
    records = given.parse_args().records
    os.environ["CHENGXIN_DATABASE_NAME"] = DATABASE
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.project.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from chengxin.base import clock
    from chengxin.intake.opendata import policy, queries, rules, services
    from chengxin.intake.opendata.ledger import copied
    from chengxin.registry.accounts.actors import SystemActor

    at, by = clock.now(), SystemActor("bench")
    day = clock.local_date(at)
    prepare(records, at - timedelta(hours=1), day)
    with TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        first = timed("first release (ledger, three files)", lambda: services.release(ITEM, by=by, at=at))
        print({f.format: f"{f.size / 1e6:.0f} MB" for f in first.files.all()}, first.rows)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE opendata_openrecord")
        columns = rules.columns_of(queries.open_item(ITEM), policy.terms_on(day))

        def bare() -> None:
            with (Path(folder) / "bare.csv").open("wb") as file:
                for block in copied(ITEM, columns):
                    file.write(block)

        timed("bare COPY of the same rows to one CSV", bare)
        timed("may the file be given out? (nothing ended)", lambda: queries.is_current(first, at=at))
        timed(
            "a page of 1,000 of the feed, from the middle",
            lambda: queries.changes(ITEM, after=first.cursor // 2, limit=1000, at=at),
        )
        later = at + timedelta(seconds=1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            timed("1 % of the records end", lambda: cursor.execute(END, {"at": later}))
        timed("may the file be given out? (1 % ended)", lambda: queries.is_current(first, at=later))
        timed(
            "all removals that no release holds yet",
            lambda: len(queries.removals(ITEM, after=0, limit=1, at=later).ended),
        )
        second = timed("second release", lambda: services.release(ITEM, by=by, at=later))
        print(f"{second.rows:,} records, {second.added:,} put in, {second.removed:,} taken out")
        timed("may the file be given out? (after it)", lambda: queries.is_current(second, at=later))
        total = timed("the whole removals file", lambda: sum(1 for _ in queries.all_removals(ITEM, after=0, at=later)))
        print(f"{total:,} keys")


if __name__ == "__main__":
    main()
