"""The table of permissions, written out: a change of what a role may do is a change here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.errors import NotPermitted
from chengxin.registry.accounts.rules import ALLOWS, CITY_WIDE, Permission, Role, require
from chengxin.registry.accounts.tests.factories import actor

P = Permission
STAFF = {P.SEE_OWN_SUBMISSIONS, P.READ_SHARED_RECORDS, P.MANAGE_CASES}
DEPARTMENT = {*STAFF, P.TAKE_CHANGES, P.CHECK_CREDIT, P.INSPECT}
OFFICE = {
    *STAFF,
    P.SEE_ALL_SUBMISSIONS,
    P.READ_HISTORY,
    P.ISSUE_REPORTS,
    P.RECORD_WINDOW_CONSENT,
    P.RUN_EXCHANGE,
    P.MANAGE_TRAINING,
    P.SEE_CHECK_STATISTICS,
    P.HANDLE_DELIVERIES,
    P.RUN_EVALUATION,
    P.RUN_QUALITY,
    P.RESOLVE_ROWS,
    P.MANAGE_CATALOGUE,
}
TABLE = {
    Role.DEPARTMENT_OFFICER: {*DEPARTMENT, P.SUBMIT_RECORDS, P.ASK_FOR_CONSENT},
    Role.DEPARTMENT_REVIEWER: DEPARTMENT,
    Role.CREDIT_OFFICE_OPERATOR: OFFICE,
    Role.CREDIT_OFFICE_REVIEWER: {
        *OFFICE,
        P.APPROVE_SUBSCRIPTIONS,
        P.DECIDE_WEIGHTS,
        P.DECIDE_MERGES,
        P.PUBLISH_CATALOGUE,
    },
    Role.AUDITOR: {P.VERIFY_AUDIT, P.SEE_ALL_SUBMISSIONS},
    Role.ADMINISTRATOR: {P.MANAGE_ACCOUNTS, P.RUN_EXCHANGE},
    Role.COMPANY_REPRESENTATIVE: set(),
    Role.RESIDENT: set(),
    Role.BANK_CLERK: {P.ASK_FOR_CONSENT, P.TAKE_CHANGES},
    Role.AGENCY_CLERK: {P.ASK_FOR_CONSENT, P.TAKE_CHANGES},
    Role.ASSOCIATION_OFFICER: {P.MANAGE_CASES, P.RUN_ASSOCIATION},
}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_allows_exactly_what_the_table_says(role):
    assert {p for p in Permission if actor(role).may(p)} == TABLE[role]
    assert role in ALLOWS


@pytest.mark.parametrize("permission", list(Permission))
def test_someone_without_a_role_may_do_nothing(permission):
    assert not actor().may(permission)


@pytest.mark.parametrize(
    ("role", "permission", "of", "allowed"),
    [
        (Role.DEPARTMENT_OFFICER, P.SUBMIT_RECORDS, 1, True),
        (Role.DEPARTMENT_OFFICER, P.SUBMIT_RECORDS, 2, True),  # below
        (Role.DEPARTMENT_OFFICER, P.SUBMIT_RECORDS, 3, False),  # another organisation
        (Role.DEPARTMENT_REVIEWER, P.SUBMIT_RECORDS, 1, False),  # whoever reviews does not hand in
        (Role.DEPARTMENT_REVIEWER, P.SEE_OWN_SUBMISSIONS, 3, False),
        (Role.CREDIT_OFFICE_OPERATOR, P.SEE_ALL_SUBMISSIONS, 3, True),
        (Role.CREDIT_OFFICE_OPERATOR, P.MANAGE_CASES, 3, False),
        (Role.CREDIT_OFFICE_OPERATOR, P.SUBMIT_RECORDS, 1, False),
        (Role.AUDITOR, P.VERIFY_AUDIT, 3, True),
        (Role.AUDITOR, P.READ_SHARED_RECORDS, 1, False),  # watches, does not read people's data
        (Role.ADMINISTRATOR, P.MANAGE_ACCOUNTS, 3, True),
        (Role.ADMINISTRATOR, P.VERIFY_AUDIT, 1, False),  # does not watch over themselves
        (Role.RESIDENT, P.SEE_OWN_SUBMISSIONS, 1, False),
    ],
)
def test_a_permission_reaches_ones_own_organisations_or_the_city(role, permission, of, allowed):
    someone = actor(role, reaches=frozenset({1, 2}))

    assert someone.may(permission, of=of) is allowed
    if allowed:
        require(someone, permission, of=of)
    else:
        with pytest.raises(NotPermitted):
            require(someone, permission, of=of)


roles = st.frozensets(st.sampled_from(list(Role)))


@given(roles, roles, st.sampled_from(list(Permission)), st.integers(1, 3))
def test_two_roles_together_allow_what_either_allows(some, more, permission, of):
    both = actor(*some, *more).may(permission, of=of)

    assert both == (actor(*some).may(permission, of=of) or actor(*more).may(permission, of=of))


def test_nothing_that_reads_or_writes_records_reaches_the_whole_city():
    assert {
        P.SEE_ALL_SUBMISSIONS,
        P.VERIFY_AUDIT,
        P.MANAGE_ACCOUNTS,
        P.RUN_EXCHANGE,
        P.MANAGE_TRAINING,
        P.APPROVE_SUBSCRIPTIONS,
        P.RUN_QUALITY,
        P.RESOLVE_ROWS,
    } == CITY_WIDE


@pytest.mark.parametrize("watched", [P.SUBMIT_RECORDS, P.MANAGE_ACCOUNTS, P.ISSUE_REPORTS])
def test_no_role_both_acts_and_verifies_the_log_of_acts(watched):
    assert not [role for role in Role if {watched, P.VERIFY_AUDIT} <= ALLOWS[role]]
