import json
import os
from pathlib import Path

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, settings

from chengxin.faces.rest import limiting
from chengxin.faces.rest.api import api
from chengxin.faces.rest.tests import factories
from chengxin.project.wsgi import _pages

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

    assert closed == {path for path in document["paths"] if path.startswith("/api/v1/submissions")}


schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema()))).exclude(
    path_regex=r"report\.pdf$"
)
schema.app = _pages


@pytest.mark.django_db
@schema.parametrize()
@settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
def test_no_request_breaks_the_api_or_its_document(case):
    limiting.forget_all()

    case.call_and_validate(headers=_headers(case))


def _headers(case) -> dict[str, str]:
    if not case.path.startswith("/api/v1/submissions"):
        return {}
    return factories.bearer(factories.client_of())
