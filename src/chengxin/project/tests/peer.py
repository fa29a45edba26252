"""The demo's identity provider as a process of its own on the loopback, and a browser's way through its pages."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from chengxin.base.oidc.rules import Client
from chengxin.project.demo_provider import companion

BACK = "http://localhost:8000/workbench/sign-in/provider/back"
NUMBER = "459999199003019000"
COMPANIES = (["91450100MAC000017C", "南宁虚构一号有限公司（虚构）"], ["91450100MADEM0038E", "虚构二号（虚构）"])
RESIDENT = {"subject": "resident", "name": "陆某安（虚构）", "number": NUMBER, "companies": []}
REPRESENTATIVE = {"subject": "company", "name": "蓝某宁（虚构）", "number": "", "companies": list(COMPANIES)}
START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Peer:
    """A running provider."""

    client: Client

    @property
    def settings(self) -> dict[str, str]:
        """What the platform's settings say of it."""
        c = self.client
        return {"issuer": c.issuer, "client_id": c.client_id, "client_secret": c.client_secret}


@contextmanager
def running_provider(
    folder: Path, *, people: Sequence[dict[str, Any]] = (RESIDENT, REPRESENTATIVE), token_seconds: int = 300
) -> Iterator[Peer]:
    """A provider with these people, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    client = Client(f"http://127.0.0.1:{port}", "chengxin", "a secret between two", BACK)
    file = folder / f"provider-{port}.json"
    known = {name: getattr(client, name) for name in ("issuer", "client_id", "client_secret", "redirect_uri")}
    file.write_text(json.dumps(known | {"people": list(people), "token_seconds": token_seconds}))
    made = companion(file, port=port)
    process = subprocess.Popen(made.command, env={**os.environ, **made.environment}, start_new_session=True)
    try:
        _wait(client.issuer, process)
        yield Peer(client)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def _wait(issuer: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(f"{issuer}/keys", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise RuntimeError("the provider did not start")


def answer_at(address: str, subject: str, *, agree: bool = True) -> dict[str, str]:
    """What the provider sends the browser back with after this person signed in and agreed, or refused."""
    with requests.Session() as browser:
        page = browser.get(address, timeout=5)
        site = f"{urlsplit(address).scheme}://{urlsplit(address).netloc}"
        page = browser.post(
            f"{site}/authorize", data={"subject": subject, **_token(page)}, headers={"Referer": address}, timeout=5
        )
        choice = {"agree": "yes"} if agree else {"refuse": "yes"}
        gone = browser.post(
            f"{site}/consent",
            data={**choice, **_token(page)},
            headers={"Referer": page.url},
            allow_redirects=False,
            timeout=5,
        )
    assert gone.status_code == requests.codes.found, gone.text
    return dict(parse_qsl(urlsplit(gone.headers["Location"]).query))


def _token(page: requests.Response) -> dict[str, str]:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert found, page.text
    return {"csrfmiddlewaretoken": found[1]}
