"""The page of the public log: its keys, and what it says of what someone kept."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chengxin.base import clock
from chengxin.base.documents import keys as documents
from chengxin.base.transparency import queries, services
from chengxin.faces.portal import transparency

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


def test_a_proof_that_holds_beside_a_head_that_it_does_not_reach_is_not_called_a_lie(client: Client):
    grown(2)
    before = kept()
    grown(1)
    proof = json.dumps(queries.inclusion(2, at=clock.now()))

    answers = [
        client.post(PAGE, {"proof": proof, "older": before}),
        client.post(PAGE, {"proof": before, "older": kept()}),
    ]

    assert [a.status_code for a in answers] == [422, 422]
    assert "没有与您保存的树头比较" in answers[0].content.decode()
    assert "如果两处放反了，请对调" in answers[1].content.decode()


def test_a_file_that_is_too_large_is_said_to_be_that_and_how_it_is_checked(client: Client, monkeypatch):
    grown(1)
    monkeypatch.setattr(transparency, "LARGEST", 100)

    answer = client.post(PAGE, {"file": SimpleUploadedFile("log.json", kept().encode(), "application/json")})

    assert answer.status_code == 422
    assert "离线核验命令" in answer.content.decode() and "读不懂这份内容" not in answer.content.decode()


def test_an_english_page_sets_words_apart_as_english_does(client: Client):
    grown(1)
    services.append("serious-tax", "exited", reference="x:1", statement={"n": "虚构"}, at=clock.now())

    page = client.post(PAGE, {"proof": kept()}, headers={"accept-language": "en"}).content.decode()

    told = page[page.index('id="finding"') : page.index("</ul>", page.index('id="finding"'))]
    assert "Serious tax breach: Entered 1; " in told
    assert "：" not in told and "；" not in told
