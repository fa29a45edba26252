"""What the demo's identity provider knows: itself, its one client, and fictional people. From a file, at its start."""

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from chengxin.project.provider import guard  # noqa: F401  (refuses to be imported outside demo mode)


@dataclass(frozen=True, slots=True)
class Fictional:
    """A made-up person; `companies`: credit codes and names of those whom they legally represent."""

    subject: str
    name: str
    number: str
    companies: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that the provider knows. `token_seconds`: for how long an ID token is good."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    token_seconds: int
    people: tuple[Fictional, ...]

    def person(self, subject: str) -> Fictional | None:
        """The person whom the provider calls that."""
        return next((p for p in self.people if p.subject == subject), None)


@cache
def known() -> Known:
    """What the file that `CHENGXIN_PROVIDER` names says."""
    content: dict[str, Any] = json.loads(Path(os.environ["CHENGXIN_PROVIDER"]).read_text(encoding="utf-8"))
    people = [
        Fictional(p["subject"], p["name"], p["number"], tuple((code, name) for code, name in p["companies"]))
        for p in content.pop("people")
    ]
    return Known(**{"token_seconds": 300, **content}, people=tuple(people))
