"""Clients, subjects and records for the API's tests; every name is fictional (虚构)."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client

from chengxin.base import clock
from chengxin.base.identifiers.rules import make_credit_code, make_organisation_code
from chengxin.faces.rest.rules import Scope
from chengxin.faces.rest.services import NewClient, create_client
from chengxin.registry.accounts.models import Organisation
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records.models import Record
from chengxin.registry.subjects.models import Subject
from chengxin.registry.subjects.rules import bigrams, comparable_name

MARKET_SUPERVISION = "11450100007550013R"
APPROVAL_BUREAU = "1145010000755003XC"
ADMINISTRATOR = Actor(name="test", organisation_id=None, organisation_code="", roles=frozenset({Role.ADMINISTRATOR}))
OFFICER = Actor(name="officer", organisation_id=1, organisation_code="", roles=frozenset({Role.DEPARTMENT_OFFICER}))
COMPANY = make_credit_code("91450100" + make_organisation_code("MA5XYW12"))
OTHER = make_credit_code("91450100" + make_organisation_code("MA5XYW13"))


def client_of(organisation: str = MARKET_SUPERVISION, *scopes: Scope) -> NewClient:
    """A client of the organisation with these scopes, or with all."""
    return create_client(
        organisation, name="测试系统（虚构）", scopes=frozenset(scopes or Scope), by=ADMINISTRATOR, at=clock.now()
    )


def scope(method: str, path: str, **headers: str) -> Any:
    """What an RSGI server tells of a request from this machine."""
    return SimpleNamespace(method=method, path=path, client="127.0.0.1:50000", headers=headers)


def token_of(made: NewClient, scope: str | None = None) -> str:
    """A token, asked for as a client does it."""
    asked = {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": made.client_secret}
    response = Client().post("/oauth/token/", asked | ({"scope": scope} if scope else {}))
    return str(response.json()["access_token"])


def bearer(made: NewClient, scope: str | None = None) -> dict[str, str]:
    """The header that a signed-in client sends."""
    return {"authorization": f"Bearer {token_of(made, scope)}"}


def subject(code: str = COMPANY, name: str = "南宁虚构贸易有限公司", *, registered: bool = True) -> Subject:
    """A company, findable by name."""
    made = Subject.objects.create(
        code=code, name=name, kind="legal-person", registered=registered, created_at=clock.now()
    )
    pairs = " ".join(f"'{pair}'" for pair in bigrams(name))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO subjects_subjectname (subject_id, name, comparable, pairs) VALUES (%s, %s, %s, %s::tsvector)",
            [made.pk, name, comparable_name(name), pairs],
        )
    return made


def record(about: Subject, *, audience: str = "public", starts: int = -10, ends: int = 10, **payload: str) -> Record:
    """A penalty, public from `starts` to before `ends` days from today."""
    today = clock.today()
    public = (today + timedelta(days=starts), today + timedelta(days=ends)) if audience == "public" else None
    return Record.objects.create(
        item="penalty-organisation",
        item_version=1,
        natural_key=uuid4(),
        provider=Organisation.objects.get(code=MARKET_SUPERVISION),
        authority_code=MARKET_SUPERVISION,
        decided_on=today + timedelta(days=starts),
        audience=audience,
        public_period=public,
        submission_id=1,
        submission_row=1,
        known_from=clock.now(),
        payload={
            "CF_XDR_MC": about.name,
            "CF_XDR_SHXYM": about.code,
            "CF_WSH": "南市监处罚〔2026〕1号",
            "CF_WFXW": "违反广告管理规定",
            "CF_CFJG": "南宁市市场监督管理局",
            "CF_SJLY": "南宁市市场监督管理局",
        }
        | payload,
        subject=about,
    )


def penalties_csv(*numbers: str, code: str = COMPANY) -> bytes:
    """A file of the legal-person penalties item, with field codes as titles."""
    row = {
        "CF_XDR_MC": "南宁虚构贸易有限公司", "CF_XDR_LB": "法人及非法人组织", "CF_XDR_SHXYM": code,
        "CF_FRDB": "甲某某（虚构）", "CF_WSH": "", "CF_WFXW": "违反广告管理规定", "CF_SY": "发布虚假广告（虚构）",
        "CF_YJ": "《中华人民共和国广告法》第五十五条", "CF_CFLB": "罚款", "CF_NR": "罚款人民币2万元", "CF_NR_FK": "2",
        "CF_JDRQ": "2026-05-09", "CF_CFJG": "南宁市市场监督管理局", "CF_CFJGDM": MARKET_SUPERVISION,
        "CF_SJLY": "南宁市市场监督管理局", "CF_SJLYDM": MARKET_SUPERVISION,
    }  # fmt: skip
    lines = [",".join(row), *(",".join((row | {"CF_WSH": number}).values()) for number in numbers)]
    return "\n".join(lines).encode()
