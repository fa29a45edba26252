"""Prepares the demo's own identity provider: its fictional people, its client, its process."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.urls import reverse

from chengxin.base import clock
from chengxin.base.identifiers.rules import make_citizen_number
from chengxin.project import serving
from chengxin.project.sample.subjects import KNOWN_RESIDENT, MARK, STRANGER, Resident
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.queries import SubjectRow
from chengxin.registry.subjects.rules import SubjectKind

APPLICATION = "chengxin.project.provider.wsgi:application"
CLIENT_ID = "chengxin"
REPRESENTATIVES = (
    ("company-1", Resident("蓝某宁" + MARK, make_citizen_number("45999919880312902")), 1),
    ("company-2", Resident("潘某华" + MARK, make_citizen_number("45999919751123903")), 2),
)


@dataclass(frozen=True, slots=True)
class DemoProvider:
    """The provider as the demo starts it: `client` is what the platform's environment says of it."""

    issuer: str
    client: Mapping[str, str]
    companion: serving.Companion


def prepare(folder: Path, *, address: str, port: int) -> DemoProvider:
    """Write what the provider knows to a file that its owner alone can read, and say how to start it."""
    issuer, secret = f"http://127.0.0.1:{port}", secrets.token_urlsafe(32)
    known = {
        "issuer": issuer,
        "client_id": CLIENT_ID,
        "client_secret": secret,
        "redirect_uri": address + reverse("workbench:sign-in-provider-back"),
        "people": people(),
    }
    file = folder / "secrets" / "provider.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
    return DemoProvider(
        issuer,
        {
            "CHENGXIN_OIDC_ISSUER": issuer,
            "CHENGXIN_OIDC_CLIENT_ID": CLIENT_ID,
            "CHENGXIN_OIDC_CLIENT_SECRET": secret,
        },
        companion(file, port=port),
    )


def companion(file: Path, *, port: int) -> serving.Companion:
    """The provider's process: it knows what `file` says."""
    return serving.Companion(
        serving.wsgi_command("127.0.0.1", port, APPLICATION),
        {
            "CHENGXIN_DEMO": "1",
            "CHENGXIN_PROVIDER": str(file),
            "DJANGO_SETTINGS_MODULE": "chengxin.project.provider.settings",
        },
    )


def people() -> list[dict[str, Any]]:
    """A resident of the sample city, two representatives of companies there, and someone whom it does not know."""
    wanted = sum(number for _, _, number in REPRESENTATIVES)
    found = subjects.search("有限公司" + MARK, on=clock.today(), kind=SubjectKind.LEGAL_PERSON, size=wanted).items
    companies = iter(found)
    return [
        _person("resident", KNOWN_RESIDENT),
        *(_person(subject, resident, list(islice(companies, number))) for subject, resident, number in REPRESENTATIVES),
        _person("stranger", STRANGER),
    ]


def _person(subject: str, resident: Resident, companies: list[SubjectRow] | None = None) -> dict[str, Any]:
    """A fictional person as the provider knows them; companies by code and name."""
    represented = [[c.code, c.name] for c in companies or []]
    return {"subject": subject, "name": resident.name, "number": resident.number, "companies": represented}
