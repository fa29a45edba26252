"""How the authority takes an entry off by its own motion: by which exits, and by a decision of which number."""

import pytest
from django.db import transaction

from chengxin.base.casework.models import Case
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists import services
from chengxin.regulation.lists.errors import DecisionNumberMissing, NotRemovable
from chengxin.regulation.lists.tests.factories import EARLIER, NOON, entered, heard, listed, officer, proposed, reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> int:
    return company("南宁虚构商行")


@pytest.mark.parametrize("exit", ["performance", "application", "repair", "term", "nothing"])
def test_the_authority_takes_nobody_off_by_an_exit_that_its_list_does_not_know(firm: int, exit: str):
    entry = listed(proposed(at=EARLIER))

    with pytest.raises(NotRemovable):
        services.propose_removal(entry.pk, exit=exit, grounds="虚构", by=officer(), at=NOON)
    assert Case.objects.filter(procedure="list-revocation").count() == 0


def test_the_number_of_a_decision_is_used_once_for_entering_and_for_taking_off(firm: int):
    company("南宁虚构二行", 2)
    entry, other = listed(proposed(at=EARLIER)), entered("subject:" + code(2))
    case_id, second = (
        services.propose_removal(e.pk, exit="court", grounds="虚构", by=officer(), at=NOON) for e in (entry, other)
    )

    def remove(case: int, number: str) -> None:
        services.take(case, "remove", by=reviewer(), at=NOON, reason="虚构", number=number)

    for taken in (entry.decision_number, other.decision_number):
        with pytest.raises(DecisionNumberMissing), transaction.atomic():
            remove(case_id, taken)
    remove(case_id, "虚构移字1号")
    with pytest.raises(DecisionNumberMissing), transaction.atomic():
        remove(second, "虚构移字1号")
    again = heard(proposed(at=EARLIER))
    with pytest.raises(DecisionNumberMissing), transaction.atomic():
        services.take(again, "list", by=reviewer(), at=NOON, reason="虚构", number="虚构移字1号")
    assert Case.objects.get(pk=second).state == "proposed"
