"""The page of the public log: its keys, and what it says of what someone kept."""

import json
from pathlib import Path

import pytest
from django.test import Client

from chengxin.base import clock
from chengxin.base.documents import keys as documents
from chengxin.base.transparency import queries, services

pytestmark = pytest.mark.django_db
PAGE, KEYS = "/transparency", "/api/v1/transparency/key"


def grown(size: int) -> None:
    for number in range(size):
        services.append("serious-tax", "entered", reference=f"x:{number}", statement={"n": "虚构"}, at=clock.now())


def kept() -> str:
    return json.dumps(queries.export(at=clock.now()))


def test_after_a_change_of_the_key_the_page_holds_new_files_and_older_heads_good(
    client: Client, settings, tmp_path: Path
):
    grown(2)
    before, old_key = kept(), queries.key_pem(at=clock.now())
    documents.make(tmp_path / "new", at=clock.now())
    settings.SIGNING_FOLDER = str(tmp_path / "new")
    grown(1)
    now, new_key = kept(), queries.key_pem(at=clock.now())

    answer = client.post(PAGE, {"proof": now, "older": before})

    assert answer.status_code == 200
    assert "从第 3 条起换了密钥；由前一把密钥签名认可" in answer.content.decode()
    assert client.post(PAGE, {"proof": before}).status_code == 200
    told = client.get(KEYS).json()
    assert (told["key"], [(k["first"], k["key"]) for k in told["keys"]]) == (new_key, [(1, old_key), (3, new_key)])
    assert all(key.strip() in client.get(PAGE).content.decode() for key in (old_key, new_key))
