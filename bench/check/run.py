"""Credit checks through the API among 1,000,000 subjects, against a raw pgbench select; and a file of 100,000 codes.

usage: .venv/bin/python bench/check/run.py [--subjects N] [--seconds S] [--clients C] [--rounds R]
Needs `wrk` (Debian package). Uses a database of its own, `chengxin_bench_check`, which it keeps for the next run. Each check
writes its receipt and its entry in the access log and is committed, with synchronous commit, before it is answered. The
rounds of pgbench and of the API follow each other in turn, so that both see the same machine. pgbench asks in its default
protocol and, harder to follow, with prepared statements.
"""

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
from database import opened
from web import Rate, pgbench, served, wrk

DATABASE = "chengxin_bench_check"
PORT = 18768
WARM_UP = 12
MATTER = "government-procurement"
ASKER = "114501000075513233"  # the finance bureau, which that matter names
LISTED = 50  # one subject in so many stands on a list
PENALISED = 4  # one subject in so many has penalties, of all grades
HONOURED = 40
ENTERED = 200
FILE_CODES = 100_000
SAMPLE = 200_000
FILE_GOAL, P99_GOAL, SHARE_GOAL = 10, 20, 0.20
SELECT = """\\set n random(1, {subjects})
SELECT * FROM subjects_subject WHERE id = :n + {first} - 1;
"""
# All requests are made before the first is sent: made on the way, their garbage stopped the load for 20 ms at a time.
LUA = """
local codes, requests, last = {}, {}, 0
for line in io.lines("%s") do codes[#codes + 1] = line end
local headers = {["Authorization"] = "Bearer %s", ["Content-Type"] = "application/json"}
init = function()
  math.randomseed(os.time())
  for n = 1, #codes do
    local asked = {}
    for i = 1, %d do asked[i] = '"' .. codes[math.random(#codes)] .. '"' end
    requests[n] = wrk.format("POST", "/api/v1/checks", headers, '{"matter": "%s", "codes": [' .. table.concat(asked, ",") .. ']}')
  end
  collectgarbage("stop")
end
request = function()
  last = last %% #requests + 1
  return requests[last]
end
"""
RECORDS = """
INSERT INTO records_record (item, item_version, natural_key, version, provider_id, authority_code, decided_on, severity,
  audience, public_period, policy, state, submission_id, submission_row, known_from, payload, subject_id)
SELECT '{item}', 1, gen_random_uuid(), 1, {provider}, '11450100007550013R', current_date - 100, {severity}, 'public',
  daterange(current_date - 100, current_date + 900), '', 'in-force', 1, 1, now(), ('{payload}')::jsonb, id
FROM subjects_subject WHERE id % {every} = {rest}
"""


ENTRIES = (
    """INSERT INTO lists_proposal (case_id, list_code, about, subject_name, authority_id, authority_code, facts, evidence, months,
      policy, proposed_by, proposed_by_id, proposed_at)
    SELECT id, 'procurement', 'subject:' || code, name, 1, '114501000075513233', '虚构', '虚构', 12, '', 'bench', 1, now() - interval '9 days'
    FROM subjects_subject WHERE id % {every} = 11""",
    """INSERT INTO lists_listentry (proposal_id, case_id, list_code, about, subject_name, authority_code, authority_name_zh,
      authority_name_en, decision_number, decided_on, notice_served_on, heard_on, in_force_from, in_force_until, reason, policy,
      proposed_by_id, decided_by, decided_by_id, entered_at)
    SELECT id, case_id, list_code, about, subject_name, authority_code, '南宁市财政局', 'Finance', '虚构' || case_id || '号', current_date - 5,
      current_date - 5, current_date - 5, current_date - 5, current_date + 360, '虚构', '', 1, 'bench', 2, now() - interval '5 days'
    FROM lists_proposal""",
    """INSERT INTO lists_entryevent (entry_id, number, is_standing, exit, at, reason, decision_number, by_name)
    SELECT id, 1, true, '', now() - interval '5 days', '', '', 'bench' FROM lists_listentry""",
)


def prepare(subjects: int) -> str:
    """Migrate and fill the bench's database; the superuser's address."""
    address = opened(DATABASE)
    import psycopg

    with psycopg.connect(address, dbname=DATABASE, autocommit=True) as connection:
        have = connection.execute(
            "SELECT count(*), (SELECT count(*) > 0 FROM lists_entryevent) FROM subjects_subject"
        ).fetchone()
        if have != (subjects, True):
            _fill(connection, subjects)
        connection.execute("TRUNCATE measures_receipt, measures_feedback, consent_accessentry")
        connection.execute("VACUUM ANALYZE measures_receipt, consent_accessentry")
    return address


def _fill(connection, subjects: int) -> None:
    from chengxin.base.identifiers.rules import make_credit_code

    connection.execute("TRUNCATE subjects_subject, records_record, lists_proposal, measures_receipt CASCADE")
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY subjects_subject (code, name, kind, status, registered, division, created_at) FROM STDIN"
        ) as copy:
            for n in range(subjects):
                code = make_credit_code(f"91450100{n:09d}")
                copy.write_row((code, f"虚构第{n}号有限公司", "legal-person", "active", True, "450100", "2026-01-01"))
    provider = connection.execute("SELECT id FROM accounts_organisation WHERE code = '11450100007550013R'").fetchone()[
        0
    ]
    of_four = "[1 + (id / 4) % 4]"
    grade = f"(ARRAY['minor', 'general', 'general', 'serious']){of_four}"
    kinds = f"(ARRAY['警告', '罚款', '罚款', '责令停产停业']){of_four}"  # the last bars from procurement
    for item, every, rest, severity, payload in (
        (
            "penalty-organisation",
            PENALISED,
            1,
            grade,
            f"""{{"CF_WSH": "虚构1号", "CF_CFJG": "南宁市市场监督管理局", "CF_CFLB": "' || {kinds} || '"}}""",
        ),
        (
            "honour",
            HONOURED,
            3,
            "''",
            '{"LEVEL": "市级", "DOCUMENT_NUMBER": "虚构2号", "AUTHORITY_NAME": "南宁市人民政府"}',
        ),
        ("licence-organisation", 2, 0, "''", '{"XK_WSH": "虚构3号"}'),
    ):
        connection.execute(
            RECORDS.format(item=item, every=every, rest=rest, severity=severity, payload=payload, provider=provider)
        )
    fill_lists(connection, provider)
    connection.execute("VACUUM ANALYZE")


def fill_lists(connection, provider: int) -> None:
    """One subject in `LISTED` stands on a list by a record that arrived, one in `ENTERED` by an entry of the city's own."""
    payload = '{"LIST": "重大税收违法失信主体", "DECISION_NUMBER": "虚构4号", "AUTHORITY_NAME": "虚构机关"}'
    connection.execute(
        RECORDS.format(item="serious-breach", every=LISTED, rest=7, severity="''", payload=payload, provider=provider)
    )
    # Entries without a case and its proofs: the guards that ask for them are PostgreSQL triggers, off for this session.
    connection.execute("SET session_replication_role = replica")
    for statement in ENTRIES:
        connection.execute(statement.format(every=ENTERED))
    connection.execute("RESET session_replication_role")


def token() -> str:
    """A token of the finance bureau's own system, with the scope for checks alone."""
    from datetime import timedelta

    from oauth2_provider.models import AccessToken, Application

    from chengxin.base import clock
    from chengxin.faces.rest.rules import Scope
    from chengxin.faces.rest.services import create_client
    from chengxin.registry.accounts.rules import Actor, Role

    administrator = Actor("bench", None, "", frozenset({Role.ADMINISTRATOR}))
    made = create_client(ASKER, name="bench", scopes=frozenset({Scope.CHECK}), by=administrator, at=clock.now())
    text = f"bench-{random.SystemRandom().getrandbits(128):032x}"
    AccessToken.objects.create(
        token=text,
        application=Application.objects.get(client_id=made.client_id),
        scope=Scope.CHECK.value,
        expires=clock.now() + timedelta(hours=2),
    )
    return text


def sample(count: int) -> list[str]:
    """Codes of subjects drawn at random."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM subjects_subject ORDER BY random() LIMIT %s", [count])
        return [code for (code,) in cursor.fetchall()]


def a_file(codes: list[str]) -> float:
    """Seconds for a file of these codes, from the beginning of the task to the result as a CSV file."""
    from chengxin.base import clock
    from chengxin.registry.accounts.queries import actor_of_organisation
    from chengxin.registry.accounts.rules import Role
    from chengxin.regulation.measures import files, queries, services
    from chengxin.regulation.measures.models import FileRun

    by = actor_of_organisation(ASKER, roles=frozenset({Role.DEPARTMENT_OFFICER}), name="bench")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "codes.csv"
        path.write_text("统一社会信用代码\n" + "\n".join(codes))
        start = time.perf_counter()
        run_id = services.start_file(path, filename="codes.csv", matter=MATTER, by=by, at=clock.now())
        services.check_file(run_id, at=clock.now())
        checked = time.perf_counter() - start
        run = FileRun.objects.get(pk=run_id)
        lines = sum(1 for _ in files.as_csv(queries.rows_of_run(run, by=by), in_english=False))
        whole = time.perf_counter() - start
    assert (run.done, run.fault, lines) == (len(codes), "", len(codes) + 1), run.fault
    print(f"| file of {len(codes):,} codes: checked and kept, {run.hits:,} with measures | {checked:.1f} s |")
    print(f"| the same with its result as CSV | {whole:.1f} s |")
    return checked


def first_id() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM subjects_subject")
        return int(cursor.fetchone()[0])


def middle(rates: list[Rate]) -> Rate:
    """The median round."""
    return sorted(rates, key=lambda r: r.per_second)[len(rates) // 2]


def tabled(
    raw: list[tuple[float, float]], plain: list[tuple[float, float]], told: dict[str, tuple[list[Rate], int]]
) -> None:
    """Print medians, and by round the shares of pgbench prepared and in its default protocol, beside both goals."""
    print("| what | per second | p50 ms | p99 ms |\n|---|---|---|---|")
    for protocol, rates in {"prepared": raw, "its default protocol": plain}.items():
        rate, mean = (statistics.median(one) for one in zip(*rates, strict=True))
        print(f"| pgbench select by id, {protocol} (mean) | {rate:,.0f} | {mean:.1f} | |")
    for name, (rates, each) in told.items():
        best = middle(rates)
        print(
            f"| checks, {name} a request | {best.per_second * each:,.0f} | {best.p50:.1f} | {best.p99:.1f} | {best.wrong}"
        )
    print()
    for name, (rates, each) in told.items():
        prepared, default = (
            ", ".join(f"{s.per_second * each / r:.1%}" for s, (r, _) in zip(rates, peer, strict=True))
            for peer in (raw, plain)
        )
        tails = ", ".join(f"{s.p99:.1f}" for s in rates)
        print(f"{name}, by round: {prepared} of pgbench prepared (goal {SHARE_GOAL:.0%}),")
        print(f"  {default} of its default protocol; p99 {tails} ms (goal under {P99_GOAL})\n")


def main() -> None:
    """Measure in turns and print a table and a JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=2, help="codes of one request, for the second figure")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing (Debian: apt-get install wrk)")
    address = prepare(options.subjects)
    from django.conf import settings

    from chengxin.project.serving import check_port

    check_port(PORT)  # a server left behind would share the port and the requests
    from django.db import connection

    folder, clients, seconds = Path(settings.DATA_FOLDER), options.clients, options.seconds
    select, one, many = folder / "check.sql", folder / "check.lua", folder / "check-many.lua"
    codes, bearer = sample(SAMPLE), token()
    (folder / "check-codes.txt").write_text("\n".join(codes))
    select.write_text(SELECT.format(subjects=options.subjects, first=first_id()))
    one.write_text(LUA % (folder / "check-codes.txt", bearer, 1, MATTER))
    many.write_text(LUA % (folder / "check-codes.txt", bearer, options.batch, MATTER))
    connection.close()
    raw, plain, single, batched = [], [], [], []
    with served(PORT, "/robots.txt") as at:
        wrk(at, one, seconds=WARM_UP, connections=clients)
        for _ in range(options.rounds):
            raw.append(pgbench(address, DATABASE, select, seconds=seconds, clients=clients))
            plain.append(pgbench(address, DATABASE, select, seconds=seconds, clients=clients, protocol="simple"))
            single.append(wrk(at, one, seconds=seconds, connections=clients))
            batched.append(wrk(at, many, seconds=seconds, connections=clients))
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{options.subjects:,} subjects, {clients} clients; {machine}; {datetime.now(UTC):%Y-%m-%d}\n")
    told = {"one code": (single, 1), f"{options.batch} codes": (batched, options.batch)}
    tabled(raw, plain, told)
    print("| file | time |\n|---|---|")
    took = a_file(codes[:FILE_CODES])
    rounds = {name: [(s.per_second * each, s.p99) for s in rates] for name, (rates, each) in told.items()}
    print(json.dumps({"raw": raw, "plain": plain, "rounds": rounds, "file": took, "goal": FILE_GOAL}))


if __name__ == "__main__":
    main()
