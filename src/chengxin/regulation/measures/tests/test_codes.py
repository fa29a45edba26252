"""A citizen number that is formed like a credit code is a person's: looked up as one, and kept masked."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengxin.base.identifiers.rules import credit_code_check, make_citizen_number, names_a_person
from chengxin.base.sealing.rules import mask_number
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.subjects.models import Subject
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.tests.factories import arrived_person, entered
from chengxin.regulation.measures.models import Receipt
from chengxin.regulation.measures.tests.factories import APPROVAL_BUREAU, official, representative
from chengxin.regulation.measures.tests.test_services import BAR, check
from chengxin.rights.consent import queries as consent

pytestmark = pytest.mark.django_db
# Citizen numbers that have the check character of a credit code too, of companies' registers among them.
BOTH = (
    st.builds(
        lambda place, day, rest: make_citizen_number(f"{place}{day:%Y%m%d}{rest:03d}"),
        st.sampled_from(["450103", "110105", "510104", "911840", "913101"]),
        st.dates(date(1930, 1, 1), date(2025, 12, 31)),
        st.integers(0, 999),
    )
    .map(lambda number: next(filter(_is_both, _following(number))))
    .filter(names_a_person)
)


def _following(number: str) -> Iterator[str]:
    return (make_citizen_number(f"{number[:14]}{(int(number[14:17]) + n) % 1000:03d}") for n in range(1000))


def _is_both(number: str) -> bool:
    return credit_code_check(number[:17]) == number[17]


def test_a_person_whose_number_has_the_check_character_of_a_credit_code_is_found_and_masked(tmp_path):
    number = files.citizen(59)
    assert credit_code_check(number[:17]) == number[17]
    about = arrived_person(tmp_path, 59)

    (found,) = check(number, matter="registration-of-posts", by=official(APPROVAL_BUREAU))

    assert [m.measure.code for m in found.restrictions] == ["bar-from-posts"]
    assert (found.asked, found.about, found.kind) == (mask_number(number), about, "natural-person")
    assert [entry.id for entry in consent.access_log_of(about, by=representative(about))] == [found.id]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(BOTH, min_size=1, max_size=10, unique=True))
def test_no_number_that_may_be_a_persons_is_kept_in_clear(db, numbers):
    found = check(*numbers)

    assert [(row.asked, row.is_valid) for row in found] == [(mask_number(number), True) for number in numbers]
    kept = Receipt.objects.filter(pk__in=[row.id for row in found]).values_list("asked", flat=True)
    assert set(kept).isdisjoint(numbers)


def test_a_company_whose_code_may_be_a_persons_number_is_answered_by_its_code(db):
    both = "913101201801014577"
    company("上海虚构贸易有限公司", 4)
    Subject.objects.filter(code=code(4)).update(code=both)
    entered(about_subject(both), "serious-tax")

    (found,) = check(both)

    assert (found.asked, found.name) == (both, "上海虚构贸易有限公司")
    assert [m.measure.code for m in found.restrictions] == [BAR]


@pytest.mark.parametrize("number", ["459999198001010594", "45999919800101059", "459999800101059"])
def test_a_mistyped_citizen_number_is_no_code_and_is_kept_masked(db, number):
    (found,) = check(number)

    assert (found.is_valid, found.asked) == (False, mask_number(number))
