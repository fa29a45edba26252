"""A really running city: web server, worker and database of its own, and a browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import make_server

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from chengxin.base.sealing import rules as sealing
from chengxin.faces.portal.context import city
from chengxin.intake.exchange import packages
from chengxin.project.management.commands.national_peer import Quiet
from chengxin.project.national_site import NationalSite
from tests.journeys.systems import System

SUBJECTS = 60
START_SECONDS = 420
EXCHANGE_KEY = "a secret of the journeys alone"
PATIENCE_MS = 20_000  # the city, its worker and all other tests share two cores
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="package")
def city_folder() -> Path:
    """The data folder of this process's city."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    folder = Path(settings.DATA_FOLDER).parent / f"journeys-{worker}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="package")
def national_site() -> Iterator[NationalSite]:
    """The stand-in for the national site, on this machine, which knows the city's key."""
    own = packages.private_key(sealing.derive(EXCHANGE_KEY, purpose="exchange"))
    site = NationalSite(city()["credit_office"], packages.public_text(own.public_key()))
    with make_server("127.0.0.1", 0, site, handler_class=Quiet) as server:
        site.address = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield site
        server.shutdown()


@pytest.fixture(scope="package")
def region_platform() -> Iterator[NationalSite]:
    """The stand-in for the region's platform, on this machine, which knows the city's key."""
    own = packages.private_key(sealing.derive(EXCHANGE_KEY, purpose="exchange"))
    site = NationalSite(city()["credit_office"], packages.public_text(own.public_key()), code="region")
    with make_server("127.0.0.1", 0, site, handler_class=Quiet) as server:
        site.address = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield site
        server.shutdown()


@pytest.fixture(scope="package")
def city_environment(city_folder: Path, national_site: NationalSite, region_platform: NationalSite) -> dict[str, str]:
    """What the city's processes are told."""
    return {
        **os.environ,
        "CHENGXIN_DATA": str(city_folder),
        "CHENGXIN_DEMO": "1",
        "CHENGXIN_API_LIMIT_FACTOR": "100",
        "CHENGXIN_EXCHANGE_KEY": EXCHANGE_KEY,
        "CHENGXIN_NATIONAL_ADDRESS": national_site.address,
        "CHENGXIN_NATIONAL_KEY": national_site.public,
        "CHENGXIN_REGION_ADDRESS": region_platform.address,
        "CHENGXIN_REGION_KEY": region_platform.public,
    }


@pytest.fixture(scope="package")
def running_city(city_folder: Path, city_environment: dict[str, str]) -> Iterator[str]:
    """The address of the demo, started as its command starts it, with no terminal, on a data folder of its own."""
    port, folder = free_port(), city_folder
    log = folder / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "chengxin.project",
                "demo",
                "--reset",
                "--subjects",
                str(SUBJECTS),
                "--port",
                str(port),
            ],
            env=city_environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    address = f"http://localhost:{port}"
    try:
        wait_for(address, process, log)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/robots.txt", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError(f"the demo did not start: {log.read_text()[-4000:]}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; ended with the journeys, for no other test may run inside its loop."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh window; the test fails when the page logs an error or breaks its own content security policy."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if "Content Security Policy" in m.text else None)
    yield page
    context.close()
    assert not faults, faults


@pytest.fixture
def system(running_city: str, city_folder: Path) -> System:
    """A department's system with a token."""
    return System(running_city, city_folder)
