"""The API as a department's system meets it: over HTTP, with requests of every shape that its document allows."""

import json
import urllib.parse
import urllib.request
from base64 import b64encode
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance


@pytest.fixture(scope="package")
def token(running_city: str, city_folder: Path) -> str:
    """An access token of the demo's client."""
    client = json.loads((city_folder / "secrets" / "demo.json").read_text())
    secret = b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    request = urllib.request.Request(
        f"{running_city}/oauth/token/",
        data=urllib.parse.urlencode({"grant_type": "client_credentials"}).encode(),
        headers={"Authorization": f"Basic {secret}"},
    )
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["access_token"])


EXAMPLES = settings(
    max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def holds(operation: schemathesis.schemas.APIOperation, headers: dict[str, str]) -> None:
    """Every request of the operation's shape gets an answer that the document declares."""

    @EXAMPLES
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        # A file of the right shape may still be none that the catalogue item describes: that is told, with 422.
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    ask()


def test_no_request_breaks_the_api_or_its_document(running_city: str, token: str):
    document = schemathesis.openapi.from_url(f"{running_city}/api/v1/openapi.json")
    # What typesets and signs a report on each request has tests of its own.
    operations = [found.ok() for found in document.exclude(path_regex=r"report\.pdf$").get_all_operations()]
    assert operations

    for operation in operations:
        closed = operation.path.startswith("/api/v1/submissions")
        holds(operation, {"Authorization": f"Bearer {token}"} if closed else {})
