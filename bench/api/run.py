"""Subject lookup by code through the API against a raw pgbench select on the same server.

usage: .venv/bin/python bench/api/run.py [--subjects N] [--seconds S]
Needs `wrk` (Debian package). Uses a database of its own, `chengxin_bench_api`, which it keeps for the next run.
"""

import argparse
import os
import platform
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
from web import pgbench, served, wrk

DATABASE = "chengxin_bench_api"
PORT = 18765
WARM_UP = 6
FILL = """
INSERT INTO subjects_subject (code, name, kind, status, registered, division, created_at)
SELECT '9145' || lpad(n::text, 14, '0'), '虚构第' || n || '号有限公司', 'legal-person', 'active', true, '450100', now()
FROM generate_series(1, %s) n
ON CONFLICT DO NOTHING
"""
NAMES = """
INSERT INTO subjects_subjectname (subject_id, name, comparable, pairs, until)
SELECT id, name, name, ''::tsvector, NULL FROM subjects_subject s
WHERE NOT EXISTS (SELECT 1 FROM subjects_subjectname n WHERE n.subject_id = s.id)
"""
# All requests are made before the first is sent, so that making them costs nothing while it is measured.
LUA = """
local requests, last = {}, 0
init = function()
  math.randomseed(os.time() + tonumber(tostring({}):sub(8), 16) %% 100000)
  for n = 1, 200000 do
    requests[n] = wrk.format("GET", string.format("/api/v1/subjects/9145%%014d", math.random(1, %d)))
  end
  collectgarbage("stop")
end
request = function()
  last = last %% #requests + 1
  return requests[last]
end
"""
SELECT = """\\set n random(1, {subjects})
SELECT * FROM subjects_subject WHERE code = '9145' || lpad((:n)::text, 14, '0');
"""


def prepare(subjects: int) -> str:
    """Migrate and fill the bench's database; the superuser's address."""
    os.environ["CHENGXIN_DATABASE_NAME"] = DATABASE
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.project.settings")
    import django

    django.setup()
    import psycopg
    from django.conf import settings

    from chengxin.project.readiness import run

    run("migrate")
    with psycopg.connect(settings.EMBEDDED_ADDRESS, dbname=DATABASE, autocommit=True) as connection:
        have = connection.execute("SELECT count(*) FROM subjects_subject").fetchone()[0]
        if have != subjects:
            connection.execute("TRUNCATE subjects_subject CASCADE")
            connection.execute(FILL % subjects)
            connection.execute(NAMES)
            connection.execute("VACUUM ANALYZE subjects_subject, subjects_subjectname")
    return settings.EMBEDDED_ADDRESS


def main() -> None:
    """Measure both, one after the other, and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing (Debian: apt-get install wrk)")
    address = prepare(options.subjects)
    from django.conf import settings

    folder, clients, seconds = Path(settings.DATA_FOLDER), options.clients, options.seconds
    select, lookup = folder / "select.sql", folder / "lookup.lua"
    select.write_text(SELECT.format(subjects=options.subjects))
    lookup.write_text(LUA % options.subjects)
    raw, mean = pgbench(address, DATABASE, select, seconds=seconds, clients=clients)
    with served(PORT, "/api/v1/subjects/914500000000000001") as at:
        wrk(at, lookup, seconds=WARM_UP, connections=clients)
        api = wrk(at, lookup, seconds=seconds, connections=clients)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{options.subjects:,} subjects, {clients} clients; {machine}; {datetime.now(UTC):%Y-%m-%d}\n")
    print("| what | per second | p50 ms | p99 ms |\n|---|---|---|---|")
    print(f"| pgbench select by code (mean) | {raw:,.0f} | {mean:.1f} | |")
    print(f"| API lookup by code | {api.per_second:,.0f} | {api.p50:.1f} | {api.p99:.1f} |")
    print(f"\nratio {api.per_second / raw:.1%} (goal: at least 25 %) {api.wrong}")


if __name__ == "__main__":
    main()
