from datetime import date, timedelta

import pytest

from chengxin.registry.accounts import queries, supervision
from chengxin.registry.accounts.models import Appointment, Organisation
from chengxin.registry.accounts.rules import Role
from chengxin.registry.accounts.tests.factories import MARKET_SUPERVISION, user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def test_only_those_who_review_there_on_that_day_are_told():
    office = Organisation.objects.get(code=MARKET_SUPERVISION)
    reviews, once, handles = user("lu"), user("mo"), user("nong")
    for who, role, until in (
        (reviews, Role.DEPARTMENT_REVIEWER, None),
        (once, Role.DEPARTMENT_REVIEWER, TODAY),
        (handles, Role.DEPARTMENT_OFFICER, None),
    ):
        Appointment.objects.create(
            user=who,
            organisation=office,
            role=role.value,
            valid_from=TODAY - timedelta(days=9),
            valid_until=until,
        )

    assert supervision.reviewers_of(office.pk, on=TODAY) == (reviews.pk,)


def test_an_overdue_case_goes_to_the_parent_and_to_the_credit_office_once():
    office = queries.organisation_by_code(MARKET_SUPERVISION)
    credit_office = queries.credit_office()

    assert supervision.superiors_of(office.id) == (office.parent_id, credit_office.id)
    assert supervision.superiors_of(credit_office.id) == (credit_office.parent_id,)
