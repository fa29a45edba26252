import pytest
from django.test import Client

from chengxin.faces.rest.tests import factories

pytestmark = pytest.mark.django_db
SUBJECTS = "/api/v1/subjects"


def test_a_subject_is_found_by_two_characters_of_its_name(client: Client):
    factories.subject()

    found = client.get(SUBJECTS, {"q": "虚构"}).json()

    assert [(s["code"], s["name"], s["kind"], s["status"]) for s in found["items"]] == [
        (factories.COMPANY, "南宁虚构贸易有限公司", "legal-person", "active")
    ]
    told = {name: found[name] for name in ("total", "total_is_exact", "page", "size", "next")}
    assert told == {"total": 1, "total_is_exact": True, "page": 1, "size": 20, "next": None}


def test_pages_are_linked(client: Client):
    factories.subject()
    factories.subject(factories.OTHER, "南宁虚构建材有限公司")

    response = client.get(SUBJECTS, {"q": "虚构", "size": 1})

    assert response.json()["next"] == "/api/v1/subjects?q=%E8%99%9A%E6%9E%84&size=1&page=2"
    assert 'page=2>; rel="next"' in response["Link"]
    second = client.get(response.json()["next"]).json()
    assert (len(second["items"]), second["next"]) == (1, None)


def test_a_subject_is_told_by_its_code(client: Client):
    factories.subject()

    response = client.get(f"{SUBJECTS}/{factories.COMPANY}")

    assert response.json() == {
        "code": factories.COMPANY,
        "name": "南宁虚构贸易有限公司",
        "kind": "legal-person",
        "status": "active",
        "registered": True,
        "division": "",
        "former_names": [],
        "identifiers": [],
    }


def test_an_unchanged_answer_is_not_sent_again(client: Client):
    factories.subject()
    first = client.get(f"{SUBJECTS}/{factories.COMPANY}")

    again = client.get(f"{SUBJECTS}/{factories.COMPANY}", headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_head_answers_without_content(client: Client):
    factories.subject()

    response = client.head(f"{SUBJECTS}/{factories.COMPANY}")

    assert (response.status_code, response.content) == (200, b"")


def test_a_public_record_comes_with_source_basis_and_end(client: Client):
    record = factories.record(factories.subject())

    found = client.get(f"{SUBJECTS}/{factories.COMPANY}/records").json()

    assert found["total"] == 1
    told = found["items"][0]
    assert told["item"] == "penalty-organisation"
    assert told["source"] == told["authority"] == "南宁市市场监督管理局"
    assert told["public_until"] == record.public_period[1].isoformat()
    assert told["legal_basis"]


@pytest.mark.parametrize("hidden", [{"audience": "shared"}, {"starts": -10, "ends": 0}, {"starts": 1, "ends": 9}])
def test_what_is_not_public_leaves_no_trace(client: Client, hidden: dict):
    unregistered = factories.subject(registered=False)
    factories.record(unregistered, **hidden)

    never = client.get(f"{SUBJECTS}/{factories.OTHER}")
    concealed = client.get(f"{SUBJECTS}/{factories.COMPANY}")

    assert never.status_code == concealed.status_code == 404
    assert never.content.replace(factories.OTHER.encode(), b"") == concealed.content.replace(
        factories.COMPANY.encode(), b""
    )
    assert client.get(f"{SUBJECTS}/{factories.COMPANY}/records").status_code == 404
    assert client.get(SUBJECTS, {"q": "虚构"}).json()["total"] == 0


def test_a_hidden_record_of_a_registered_company_is_neither_shown_nor_counted(client: Client):
    about = factories.subject()
    factories.record(about, audience="shared")

    assert client.get(f"{SUBJECTS}/{factories.COMPANY}/records").json()["total"] == 0
    assert client.get(f"{SUBJECTS}/{factories.COMPANY}/records", {"item": "penalty-organisation"}).json()["items"] == []


def test_the_catalogue_tells_its_items_and_their_fields(client: Client):
    rows = client.get("/api/v1/catalogue").json()["items"]
    item = client.get("/api/v1/catalogue/penalty-organisation").json()

    assert "penalty-organisation" in [row["code"] for row in rows]
    assert "CF_WSH" in [field["code"] for field in item["fields"]]


def test_a_template_is_a_workbook(client: Client):
    response = client.get("/api/v1/catalogue/penalty-organisation/template.xlsx")

    assert response.content[:2] == b"PK"
