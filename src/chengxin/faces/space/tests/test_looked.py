"""Who looked, on every face: nothing of a sealed inquiry, nothing of a third person, and what delegates did."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.casework.models import Case
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.database.context import acting
from chengxin.faces.space.tests.factories import representative
from chengxin.intake.collection.tests import factories as files
from chengxin.offerings.reports import person, person_services
from chengxin.registry.accounts.models import Mandate
from chengxin.registry.accounts.rules import MandateKind
from chengxin.registry.accounts.tests.factories import NOON, user
from chengxin.registry.records.models import PersonRecord
from chengxin.registry.subjects.rules import about_person
from chengxin.rights.consent import reading, services
from chengxin.rights.consent.models import AccessEntry
from chengxin.rights.consent.tests.factories import ITEM, everything, officer, penalised, resident

pytestmark = pytest.mark.django_db
MATTER = "与配偶韦某某（虚构）有关的案件"


@pytest.fixture
def about(tmp_path: Path) -> str:
    return penalised(tmp_path)


@pytest.fixture
def mandate(client: Client, about: str) -> int:
    someone, mandate_id = representative(about=about)
    client.force_login(someone)
    return mandate_id


def looked_at(about: str, purpose: str, *, days_ago: int = 0) -> None:
    reading.statutory_read(
        about,
        purpose=purpose,
        items=[ITEM],
        by=officer(),
        door=reading.SCREEN,
        at=clock.now() - timedelta(days=days_ago),
        matter=MATTER,
    )


def test_a_sealed_inquiry_shows_on_no_face_until_its_end(client, mandate, about):
    services.wish_notices(about, wanted=True, by=resident(about), at=clock.now())
    before = len(told_to(about))
    looked_at(about, "case-investigation")
    with everything():
        sealed = AccessEntry.objects.get().pk

    page = client.get(reverse("space:looked", args=[mandate]))
    assert (page.context["page"].total, page.context["purposes"]) == (0, [])
    assert (
        client.get(reverse("space:looked", args=[mandate]), {"purpose": "case-investigation"}).context["page"].total
        == 0
    )
    assert len(client.get(reverse("space:looked-csv", args=[mandate])).getvalue().decode().splitlines()) == 1
    complaint = reverse("space:looked-complaint", args=[mandate, sealed])
    assert client.get(complaint).status_code == 404
    assert client.post(complaint, {"statement": "x"}).status_code == 404
    made = person_services.issue_own(about, by=resident(about), at=clock.now(), language="zh-hans")
    assert [q["purpose"] for q in person.as_json(made.content)["queries"]] == ["own-report"]
    assert "case-investigation" not in client.get(reverse("space:home", args=[mandate])).content.decode()
    assert (len(told_to(about)) - before, Case.objects.count()) == (1, 0)  # of the report alone

    looked_at(about, "case-investigation", days_ago=91)
    assert client.get(reverse("space:looked", args=[mandate])).context["page"].total == 2


def test_an_entry_tells_nothing_of_a_third_person_nor_the_clerk(client, mandate, about, tmp_path):
    files.hand_in_rows(tmp_path, files.person_penalty(2), item=files.PERSON_PENALTY)
    with everything():
        others = PersonRecord.objects.exclude(person=int(about.split(":")[1])).get()
    other = about_person(others.person_id)
    looked_at(about, "licence-qualification")
    looked_at(other, "licence-qualification")

    page = client.get(reverse("space:looked", args=[mandate]))
    table = list(csv.reader(io.StringIO(client.get(reverse("space:looked-csv", args=[mandate])).getvalue().decode())))

    assert page.context["page"].total == 1
    told = page.content.decode() + repr(table)
    for hidden in (other, MATTER, "韦某某", officer().name, files.citizen(1), files.citizen(2)):
        assert hidden not in told


def test_what_a_delegate_looks_at_is_told_to_the_principal_and_the_delegates_name_to_nobody_else(
    client, mandate, about
):
    someone = user("helper")
    delegated = Mandate.objects.create(
        user=someone,
        about=about,
        kind=MandateKind.DELEGATE.value,
        scopes="see",
        proof="test",
        delegated_by_id=mandate,
        valid_from=NOON,
        valid_until=clock.now() + timedelta(days=1),
    ).pk
    helper = Client()
    helper.force_login(someone)
    for name in ("home", "records", "records-csv"):
        assert helper.get(reverse(f"space:{name}", args=[delegated])).status_code == 200

    seen = client.get(reverse("space:looked", args=[mandate]))
    assert seen.context["page"].total == 3
    assert {line["who"] for line in seen.context["page"].rows} == {"helper"}
    assert {line["row"].door for line in seen.context["page"].rows} == {"screen", "export"}
    own_view = helper.get(reverse("space:looked", args=[delegated]))
    assert {line["row"].delegate for line in own_view.context["page"].rows} == {""}


def test_the_principals_own_look_leaves_no_entry(client, mandate, about):
    for name in ("home", "records", "records-csv"):
        client.get(reverse(f"space:{name}", args=[mandate]))

    with acting(actor="test", purpose="audit", basis="test"):
        assert AccessEntry.objects.count() == 0
