"""What everyone sees of data quality: rates by department, definitions, the report; never a row."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.intake.collection.tests.factories import officer, penalty
from chengxin.intake.quality import issuing, services
from chengxin.intake.quality.rules import Month
from chengxin.intake.quality.tests.factories import handed_in, mistyped, moment, office, registered

pytestmark = pytest.mark.django_db
MAY = Month(2026, 5)


@pytest.fixture
def may(tmp_path: Path) -> None:
    registered(tmp_path, 1, 2)
    services.declare(MAY, {"penalty-organisation": 4}, by=officer(), at=moment(5, 20))
    handed_in(tmp_path, penalty(1, CF_JDRQ="2026/05/11"), penalty(2, CF_XDR_SHXYM=mistyped(2)))
    services.close(MAY, by=office(), at=moment(6, 10))


def page(client: Client, name: str, *arguments: object) -> str:
    response = client.get(reverse(f"portal:{name}", args=arguments))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.usefixtures("may")
def test_everyone_sees_rates_by_department_and_no_row_behind_them(client: Client):
    found = page(client, "quality") + page(client, "quality-csv") + page(client, "quality-definition", "reporting")

    assert "南宁市市场监督管理局" in found
    assert "25.00%" in found
    assert "已定稿" in found
    assert "南宁虚构1号" not in found
    assert mistyped(2) not in found


@pytest.mark.usefixtures("may")
def test_every_check_and_rule_is_defined_in_both_languages(client: Client):
    client.cookies["django_language"] = "en"

    assert "Double-publicity timeliness rate" in page(client, "quality-definitions")
    assert "Code fails its check" in page(client, "quality-definitions")
    assert client.get(reverse("portal:quality-definition", args=["no-such"])).status_code == 404


@pytest.mark.usefixtures("may")
def test_the_report_is_there_once_it_was_issued(client: Client):
    address = reverse("portal:quality-report", args=["2026-05"])
    assert client.get(address).status_code == 404
    issuing.issue(MAY, by=office(), at=moment(6, 10))

    response = client.get(address)
    assert response.content[:5] == b"%PDF-"
    assert address in page(client, "quality")
    assert client.get(reverse("portal:quality-report", args=["nonsense"])).status_code == 404


def test_before_the_first_month_the_pages_say_so(client: Client):
    assert "还没有可以公开的月份" in page(client, "quality")
    assert page(client, "quality-definitions")
    assert client.get(reverse("portal:quality-csv")).status_code == 404


@pytest.mark.usefixtures("may")
def test_the_figures_come_by_api_with_their_definitions(client: Client):
    months = client.get("/api/v1/quality").json()["items"]
    found = client.get("/api/v1/quality/2026-05").json()
    defined = client.get("/api/v1/quality/2026-05/definitions").json()

    assert [(m["month"], m["kind"]) for m in months] == [("2026-05", "closing")]
    market = next(i for i in found["items"] if i["organisation_zh"] == "南宁市市场监督管理局")
    assert {"check": "reporting", "good": 1, "total": 4, "rate": 25.0, "target": 100.0, "reached": False} in market[
        "figures"
    ]
    assert found["failing_most"] == [{"rule": "check-digit", "rows": 1, "organisations": 1}]
    assert {d["code"] for d in defined["checks"]} >= {"reporting", "agriculture"}
    for wrong in ("2026-04", "nonsense"):
        assert client.get(f"/api/v1/quality/{wrong}").status_code == 404
