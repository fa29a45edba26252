"""A department's own system on the other side of the API."""

import json
import urllib.parse
import urllib.request
from base64 import b64encode
from pathlib import Path
from typing import Any

from chengxin.faces.rest.tests.factories import penalties_csv

ITEM = "penalty-organisation"


class System:
    """A department's system that reads through the API with a token."""

    def __init__(self, city: str, folder: Path) -> None:
        known = json.loads((folder / "secrets" / "demo.json").read_text())
        self.city = city
        secret = b64encode(f"{known['client_id']}:{known['client_secret']}".encode()).decode()
        asked = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
        request = urllib.request.Request(
            f"{city}/oauth/token/", data=asked, headers={"Authorization": f"Basic {secret}"}
        )
        with urllib.request.urlopen(request) as answer:
            self.token = json.load(answer)["access_token"]

    def read(self, path: str) -> Any:
        request = urllib.request.Request(self.city + path, headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def fined(system: System, name: str, code: str, number: str) -> None:
    """Hand in one more fine of the company, so that there is something to repair whatever other journeys did."""
    content = penalties_csv(number, code=code).decode().replace("南宁虚构贸易有限公司", name).encode()
    request = urllib.request.Request(
        f"{system.city}/api/v1/submissions?item={ITEM}&filename=fine.csv",
        data=content,
        headers={"Authorization": f"Bearer {system.token}", "Content-Type": "text/csv"},
    )
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["accepted"] == 1
