"""Runs the web server, the worker, deliveries and further processes side by side, until one is told to stop."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.2
PORTS_TRIED = 200


class PortTaken(Exception):
    """Something else listens on the port already."""


@dataclass(frozen=True, slots=True)
class Companion:
    """A further process that runs as long as the web server does, with what it needs in its environment."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def check_port(port: int) -> None:
    """Raise `PortTaken` when something listens on the port."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(port) from error


def free_port_after(port: int) -> int:
    """The first port above `port` on which nothing listens."""
    for candidate in range(port + 1, port + PORTS_TRIED):
        with contextlib.suppress(PortTaken):
            check_port(candidate)
            return candidate
    raise PortTaken(port)


def web_command(host: str, port: int, workers: int) -> list[str]:
    """The web server: granian with `workers` processes, each with an event loop and threads for Django."""
    return _granian(host, port, "--interface", "rsgi", "--runtime-mode", "mt", "--workers", str(workers),
                    "chengxin.project.rsgi:application")  # fmt: skip


def wsgi_command(host: str, port: int, application: str) -> list[str]:
    """A web server of one process and two threads for another WSGI application."""
    return _granian(host, port, "--interface", "wsgi", "--blocking-threads", "2", application)


def _granian(host: str, port: int, *options: str) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--host", host, "--port", str(port), "--no-ws", "--log-level", "warning",
        "--respawn-failed-workers", "--workers-kill-timeout", str(int(STOP_SECONDS) - 2), *options,
    ]  # fmt: skip


def worker_command() -> list[str]:
    """The worker of the task queue."""
    return [sys.executable, "-m", "chengxin.project", "procrastinate", "worker"]


def deliver_command() -> list[str]:
    """The process that delivers to consumers what they subscribed to."""
    return [sys.executable, "-m", "chengxin.project", "deliver"]


def run(
    *,
    host: str,
    port: int,
    workers: int,
    environment: Mapping[str, str],
    on_ready: Callable[[], None],
    companions: Sequence[Companion] = (),
) -> int:
    """Start all, call `on_ready` once pages are answered, and wait; ends all when told to stop or when one ends.

    Returns the exit code: 0 after a stop that was asked for. Raises `PortTaken`.
    """
    check_port(port)
    base = {**os.environ, **environment, "CHENGXIN_PREPARING": "1"}
    asked: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    web = subprocess.Popen(
        web_command(host, port, workers), env={**base, "CHENGXIN_SERVING": "1"}, start_new_session=True
    )
    others = [Companion(worker_command()), Companion(deliver_command()), *companions]
    running = [web] + [
        subprocess.Popen(one.command, env={**base, **one.environment}, start_new_session=True) for one in others
    ]
    try:
        if _answers(port, web, asked):
            on_ready()
        while not asked and all(process.poll() is None for process in running):
            time.sleep(POLL_SECONDS)
    finally:
        for process in running:
            _end(process)
    return 0 if asked else 1


def _answers(port: int, web: "subprocess.Popen[bytes]", asked: list[int]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and web.poll() is None and not asked:
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/robots.txt", timeout=5) as answer,
        ):
            return bool(answer.status == 200)
        time.sleep(POLL_SECONDS)
    return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
