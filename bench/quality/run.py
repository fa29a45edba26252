"""Data quality of a month among many subjects: computing all figures, listing rows, proposing corrections for wrong codes.

usage: .venv/bin/python bench/quality/run.py [--subjects N] [--records N] [--wrong N] [--rounds N]
Uses a database of its own, `chengxin_bench_quality`, which it keeps for the next run. Records are copied in as 400
hand-ins over 20 months, so that one month holds a twentieth; the month that is measured is one in the middle. As a
peer on the same server, the plainest aggregate over the same rows: `count(*)` by item over the whole table of records.
"""

import argparse
import json
import os
import platform
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

DATABASE = "chengxin_bench_quality"
MONTHS, HAND_INS_A_MONTH = 20, 20
FIRST = date(2025, 1, 1)
MEASURED = (2025, 12)
BATCH = 100_000


def prepare(subjects: int, records: int) -> None:
    """Migrate and fill the bench's database, subjects through the registry's own services."""
    os.environ["CHENGXIN_DATABASE_NAME"] = DATABASE
    os.environ["CHENGXIN_DATABASE_ROLE"] = "owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.project.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from chengxin.base.database import embedded
    from chengxin.project.readiness import run

    embedded.prepare(settings.EMBEDDED_ADDRESS, database=DATABASE)
    run("migrate")
    run("load_profile")
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM subjects_subject), (SELECT count(*) FROM records_record)")
        have = cursor.fetchone()
        if have != (subjects, records):
            cursor.execute("TRUNCATE records_record, collection_submission CASCADE")
            if have is None or have[0] != subjects:
                cursor.execute("TRUNCATE subjects_subject, subjects_subjectname CASCADE")
                _subjects(subjects)
            _records(records)
        cursor.execute("VACUUM ANALYZE subjects_subject, subjects_subjectname, records_record, collection_submission")


def _subjects(count: int) -> None:
    import polars as pl
    from django.db import transaction

    from chengxin.base import clock
    from chengxin.project.sample.subjects import companies
    from chengxin.registry.subjects import services

    coming = companies(count, today=clock.today(), random=random.Random(1))
    for start in range(0, count, BATCH):
        made = [next(coming) for _ in range(min(BATCH, count - start))]
        pairs = pl.DataFrame({"code": [c.code for c in made], "name": [c.name for c in made]})
        with transaction.atomic():
            services.lock_register()
            services.add_subjects(services.Directory(), pairs, registered=True, at=clock.now())


def _records(count: int) -> None:
    """Licences of organisations in the order of their hand-ins, decided within twelve days before."""
    from django.db import connection

    hand_ins = MONTHS * HAND_INS_A_MONTH
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM accounts_organisation ORDER BY id")
        organisations = [row[0] for row in cursor.fetchall()]
        days = [FIRST + timedelta(days=30 * n // HAND_INS_A_MONTH) for n in range(hand_ins)]
        cursor.execute(
            "INSERT INTO collection_submission (item, item_version, organisation_id, by_name, filename, stored_as,"
            " file_hash, state, received_at, rows, accepted, rejected, unchanged, corrected, waiting, columns, chosen)"
            " SELECT 'licence-organisation', 1, o, 'bench', 'bench.csv', '', '', 'done', d + interval '9 hours',"
            " %s, %s, 0, 0, 0, 0, '[]', '{}' FROM unnest(%s::bigint[], %s::date[]) AS h(o, d)",
            [count // hand_ins, count // hand_ins, [organisations[n % 40] for n in range(hand_ins)], days],
        )
        cursor.execute(
            "INSERT INTO records_record (item, item_version, natural_key, version, provider_id, authority_code,"
            " decided_on, severity, audience, policy, state, submission_id, submission_row, known_from, payload,"
            " subject_id) SELECT s.item, 1, gen_random_uuid(), 1, s.organisation_id, '', s.received_at::date - n %% 12,"
            " '', 'public', '', 'in-force', s.id, n, s.received_at,"
            ' CASE WHEN n %% 5 = 0 THEN \'{}\'::jsonb ELSE \'{"XK_XKZS": "a", "XK_XKBH": "b"}\'::jsonb END, f.id + n'
            " FROM collection_submission s, generate_series(1, %s) n, (SELECT min(id) - 1 AS id FROM subjects_subject) f"
            " ORDER BY s.id, n",
            [count // hand_ins],
        )


def timed(work: Callable[[], Any], rounds: int) -> dict[str, float]:
    """Seconds of each round: median, least and most."""
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return {"median": round(statistics.median(took), 3), "min": round(min(took), 3), "max": round(max(took), 3)}


def mistyped(count: int) -> list[Any]:
    """Registered codes with one character changed, with their subjects' names."""
    from django.db import connection

    from chengxin.intake.quality.proposing import Wanted

    chance = random.Random(2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, name FROM subjects_subject ORDER BY md5(code) LIMIT %s", [count])
        rows = cursor.fetchall()
    found = []
    for number, (code, name) in enumerate(rows):
        place = chance.randrange(8, 17)
        other = chance.choice([c for c in "0123456789ABCDEFGH" if c != code[place]])
        found.append(Wanted(number, code[:place] + other + code[place + 1 :], name, ""))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=int, default=1_000_000)
    parser.add_argument("--records", type=int, default=2_000_000)
    parser.add_argument("--wrong", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    prepare(asked.subjects, asked.records)
    from django.db import connection

    from chengxin.intake.quality import computing, policy, proposing
    from chengxin.intake.quality.rules import Month
    from chengxin.registry.accounts import queries as accounts

    assert accounts.organisations()
    month, at = Month(*MEASURED), datetime(2026, 1, 10, tzinfo=UTC)
    wanted, terms = mistyped(asked.wrong), policy.proposing(at.date())
    found = proposing.proposed(wanted, terms)
    right = sum(1 for w in wanted if found[w.row].proposals and found[w.row].proposals[0].likeness == 1)

    def plain() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT item, count(*) FROM records_record GROUP BY item")
            cursor.fetchall()

    print(
        json.dumps(
            {
                "machine": platform.platform(),
                "load": os.getloadavg(),
                "subjects": asked.subjects,
                "records": asked.records,
                "count of all records, s": timed(plain, asked.rounds),
                "all figures of a month, s": timed(lambda: computing.measured(month, at=at), asked.rounds),
                "each measure, s": {
                    check.value: timed(lambda m=measure: list(m(computing.Looked(month, at))), 1)["median"]  # type: ignore[misc]
                    for check, measure in computing.MEASURES.items()
                },
                "wrong codes": asked.wrong,
                "with the right one first": right,
                "proposals for all of them, s": timed(lambda: proposing.proposed(wanted, terms), asked.rounds),
            },
            ensure_ascii=False,
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
