"""A company sees its published visits with what proves its place in the draw; nobody else does."""

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.faces.space.tests.factories import representative
from chengxin.registry.subjects.rules import about_subject
from chengxin.regulation.inspections.models import Visit
from chengxin.regulation.inspections.services import visiting
from chengxin.regulation.inspections.tests.factories import NOON, drawn, recorded, reviewer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_company_sees_its_result_and_its_salt_once_the_result_is_public(client: Client, language: str):
    drawn()
    visit, other = Visit.objects.order_by("id")[:2]
    user, mandate = representative(about=about_subject(visit.drawn.code))
    client.force_login(user)
    address = reverse("space:inspections", args=[mandate])

    assert visit.drawn.salt not in client.get(address).content.decode()
    for one in (visit, other):
        recorded(one, result="correction", note="有问题（虚构）")
        visiting.take(one.case_id, "publish", by=reviewer(), at=NOON)
    found = client.get(address, headers={"accept-language": language}).content.decode()

    assert visit.drawn.salt in found and visit.drawn.token in found and "有问题（虚构）" in found
    assert other.drawn.salt not in found
    outcome = visit.outcomes.get()
    assert reverse("space:record", args=[mandate, outcome.natural_key]) in found, "from where it is contested"
    assert {"zh-hans": "限期整改中", "en": "Time to mend"}[language] in found
    address = reverse("space:case", args=[mandate, outcome.follow_up_case])
    case = client.get(address, headers={"accept-language": language}).content.decode()
    assert "report-mended" in case
    assert {"zh-hans": "<dd>被检查对象</dd>", "en": "<dd>The inspected party</dd>"}[language] in case
