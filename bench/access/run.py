"""What the access log and row-level security cost an authorised query: the same query with and without, in turns.

usage: .venv/bin/python bench/access/run.py [--rounds N] [--queries N]
Uses a database of its own, `chengxin_bench_access`, which it keeps for the next run. "Without": all tables that the
query reads have row-level security switched off, PostgreSQL is not told who asks and why, and the log is not written.
Goal: at most 15 % more.
"""

import argparse
import os
import platform
import sys
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1]))
from database import opened

DATABASE = "chengxin_bench_access"
PEOPLE, RECORDS = 400, 5
TABLES = (
    "subjects_person",
    "records_personrecord",
    "consent_request",
    "consent_consent",
    "consent_revocation",
    "consent_noticewish",
    "consent_accessentry",
)
PERSONS = """
INSERT INTO subjects_person (document_type, number_hash, sealed_number, sealed_name, created_at)
SELECT '身份证', decode(md5(n::text) || md5(n::text || 'x'), 'hex'), '\\x00', '\\x00', now() FROM generate_series(1, %s) n
"""
FILL = """
INSERT INTO records_personrecord (item, item_version, natural_key, version, provider_id, authority_code, severity,
  audience, policy, state, submission_id, submission_row, known_from, payload, person_id)
SELECT 'penalty-person', 1, gen_random_uuid(), 1, (SELECT min(id) FROM accounts_organisation), '', 'general',
  'authorised', '', 'in-force', 1, n, now(), '{"CF_WSH": "虚构1号", "CF_WFXW": "虚构"}', p.id
FROM subjects_person p, generate_series(1, %s) n
"""


def prepare() -> str:
    """Migrate and fill the bench's database; the superuser's address."""
    address = opened(DATABASE)
    import psycopg

    with psycopg.connect(address, dbname=DATABASE, autocommit=True) as admin:
        admin.execute("TRUNCATE subjects_person, consent_request, consent_accessentry CASCADE")
        admin.execute(PERSONS, [PEOPLE])
        admin.execute(FILL, [RECORDS])
        admin.execute("ANALYZE")
    return address


def consented(address: str) -> tuple[Any, list[int]]:
    """The asking clerk, and a request for each person that was consented to."""
    import psycopg

    from chengxin.base import clock
    from chengxin.registry.accounts import queries as accounts
    from chengxin.registry.accounts.rules import Role
    from chengxin.registry.subjects.rules import about_person
    from chengxin.rights.consent import queries
    from chengxin.rights.consent.models import Consent, Request

    with psycopg.connect(address, dbname=DATABASE) as admin:
        people = [row[0] for row in admin.execute("SELECT id FROM subjects_person")]
    now = clock.now()
    code = accounts.organisations()[0].code
    clerk = accounts.actor_of_organisation(code, roles=frozenset({Role.BANK_CLERK}), name="bench")
    assert clerk is not None
    ids = []
    for person in people:
        with queries.as_asker(clerk):
            request = Request.objects.create(
                organisation_id=clerk.organisation_id, organisation_code=code, about=about_person(person),
                purpose="loan", policy="", items=["penalty-person"], valid_from=clock.today(),
                valid_until=clock.today() + timedelta(30), most_queries=10**6, asked_by="bench", asked_at=now,
            )  # fmt: skip
            Consent.objects.create(
                request=request, organisation_id=clerk.organisation_id, about=request.about, method="online", signed_by="",
                wording_version="", wording_sha256=b"", receipt={}, granted_at=now,
            )  # fmt: skip
        ids.append(request.pk)
    return clerk, ids


def timed(clerk: Any, ids: list[int]) -> float:
    """Median milliseconds of one authorised query."""
    from chengxin.base import clock
    from chengxin.rights.consent import reading

    taken = []
    for request_id in ids:
        begun = perf_counter()
        found = reading.authorised_read(request_id, by=clerk, door=reading.API, at=clock.now())
        taken.append((perf_counter() - begun) * 1000)
        assert len(found) == RECORDS
    return median(taken)


def switch(address: str, verb: str) -> None:
    """Switch row-level security of the tables on or off."""
    import psycopg

    with psycopg.connect(address, dbname=DATABASE, autocommit=True) as admin:
        for table in TABLES:
            admin.execute(f"ALTER TABLE {table} {verb} ROW LEVEL SECURITY")  # type: ignore[arg-type]


def only_wait(values: tuple[str, ...], behind: str = "") -> None:
    """The lock of a query, without who asks and why."""
    from chengxin.base.database.queueing import queue_behind

    if behind:
        queue_behind(behind)


def main() -> None:
    """Measure in turns and print the medians, and the median of the ratios of neighbouring rounds."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=10)
    arguments.add_argument("--queries", type=int, default=PEOPLE)
    given = arguments.parse_args()
    address = prepare()
    clerk, ids = consented(address)
    from django.db.models.expressions import RawSQL

    from chengxin.base.database import context
    from chengxin.rights.consent import reading

    ids, keep, tell, told = ids[: given.queries], reading._keep, context._tell, reading.READ_FOR
    told_to_nobody = RawSQL("ARRAY['-', '-', consent_request.about, '']", ())
    rounds: dict[str, list[float]] = {"with": [], "without": []}
    timed(clerk, ids)
    for _ in range(given.rounds):
        rounds["with"].append(timed(clerk, ids))
        switch(address, "DISABLE")
        reading._keep, context._tell, reading.READ_FOR = lambda entry: None, only_wait, told_to_nobody
        rounds["without"].append(timed(clerk, ids))
        reading._keep, context._tell, reading.READ_FOR = keep, tell, told
        switch(address, "ENABLE")
    with_log, without = median(rounds["with"]), median(rounds["without"])
    ratios = [a / b for a, b in zip(rounds["with"], rounds["without"], strict=True)]
    print(f"{platform.platform()}, {os.cpu_count()} cores; {given.rounds} rounds of {len(ids)} queries")
    print(f"with log and row-level security  {with_log:7.2f} ms")
    print(f"without                          {without:7.2f} ms")
    print(f"more, median of the rounds       {median(ratios) - 1:7.1%}  (goal: at most 15 %)")
    print(f"least and most of the rounds     {min(ratios) - 1:7.1%} {max(ratios) - 1:.1%}")


if __name__ == "__main__":
    main()
