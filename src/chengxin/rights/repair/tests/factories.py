"""A fictional company with a fine, its representative, and the officials who handle its application."""

from datetime import UTC, date, datetime
from uuid import UUID

from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope
from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.rights.repair import policy, services

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)  # a Tuesday, 12:00 in the city
DECIDED = date(2026, 5, 9)
MARKET_SUPERVISION, APPROVAL_BUREAU = "11450100007550013R", "1145010000755003XC"
COMPANY = about_subject(code(1))
STATEMENT = "罚款已缴清，问题已整改（虚构）"


def representative(about: str = COMPANY, *scopes: Scope) -> Actor:
    """Someone who acts on behalf of that company."""
    mandate = Mandated(1, about, MandateKind.REPRESENTATIVE, frozenset(scopes or Scope))
    return Actor("liang", None, "", frozenset({Role.COMPANY_REPRESENTATIVE}), user_id=701, mandates=(mandate,))


def official(role: Role, organisation: str, user_id: int) -> Actor:
    """Someone with that role in that organisation."""
    found = accounts.organisation_by_code(organisation)
    assert found is not None
    return Actor(
        f"{role.value}-{user_id}", found.id, found.code, frozenset({role}), accounts.reach_of(found.id), user_id
    )


def operator() -> Actor:
    """The credit office's clerk."""
    return official(Role.CREDIT_OFFICE_OPERATOR, accounts.credit_office().code, 702)


def officer(organisation: str = MARKET_SUPERVISION) -> Actor:
    """The clerk of the authority that fined the company."""
    return official(Role.DEPARTMENT_OFFICER, organisation, 703)


def reviewer(organisation: str = MARKET_SUPERVISION) -> Actor:
    """The reviewer there."""
    return official(Role.DEPARTMENT_REVIEWER, organisation, 704)


def fined() -> UUID:
    """The natural key of the fine of a new company."""
    return organisation_record(company("南宁虚构商行"), decided_on=DECIDED, at=datetime(2026, 5, 10, tzinfo=UTC))


def applied(natural_key: UUID, *, by: Actor | None = None, at: datetime = NOON) -> int:
    """The case of an application that the company signed."""
    return services.apply(
        natural_key,
        about=COMPANY,
        statement=STATEMENT,
        commitment_version=policy.commitment_on(at.date()).version,
        signed_by="梁某（虚构）",
        by=by or representative(),
        at=at,
    )


def verified(natural_key: UUID, *, at: datetime = NOON) -> int:
    """The case of an application that waits for the reviewer's decision."""
    case_id = applied(natural_key, at=at)
    services.take(case_id, "forward", by=operator(), at=at)
    services.take(case_id, "verify", by=officer(), at=at, reason="已核实（虚构）")
    return case_id


def granted(natural_key: UUID, *, at: datetime = NOON) -> int:
    """The case of an application that was granted."""
    case_id = verified(natural_key, at=at)
    services.take(case_id, "grant", by=reviewer(), at=at)
    return case_id
