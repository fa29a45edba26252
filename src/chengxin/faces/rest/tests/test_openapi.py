import json
import os
from importlib import import_module
from pathlib import Path

import pytest
from django.test import Client
from ninja import Schema

from chengxin.faces.rest.api import ROUTERS, api

GOLDEN = Path(__file__).parent / "golden" / "openapi.json"


@pytest.mark.django_db
def test_the_document_is_the_one_that_was_agreed(client: Client):
    told = json.dumps(client.get("/api/v1/openapi.json").json(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("CHENGXIN_GOLDEN") == "renew":
        GOLDEN.write_text(told, encoding="utf-8")

    assert told == GOLDEN.read_text(encoding="utf-8")


def test_every_operation_outside_the_public_ones_asks_for_a_token():
    document = api.get_openapi_schema()
    closed = {path for path, methods in document["paths"].items() for one in methods.values() if "security" in one}

    starts = (
        "/api/v1/submissions",
        "/api/v1/authorised-queries",
        "/api/v1/changes",
        "/api/v1/checks",
        "/api/v1/subscriptions",
    )
    assert closed == {path for path in document["paths"] if path.startswith(starts)}


def test_a_name_in_the_document_stands_for_one_shape():
    shapes: dict[str, set[str]] = {}
    for _prefix, module, *_rest in ROUTERS:
        for name, found in vars(import_module(module)).items():
            if isinstance(found, type) and issubclass(found, Schema) and found.__module__ == module:
                shapes.setdefault(name, set()).add(json.dumps(found.model_json_schema(), sort_keys=True))
    assert [name for name, different in shapes.items() if len(different) > 1] == []
