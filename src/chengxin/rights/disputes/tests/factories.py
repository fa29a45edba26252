"""A fictional company with a penalty that was really handed in, its representative, and the officials concerned."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from chengxin.base.casework.models import Case
from chengxin.intake.collection import services as collection
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope
from chengxin.registry.records.models import Record
from chengxin.registry.subjects.rules import about_subject
from chengxin.rights.disputes import services

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)  # a Tuesday, 12:00 in the city
A_DAY = timedelta(days=1)
MARKET_SUPERVISION, APPROVAL_BUREAU = files.MARKET, files.APPROVAL
COMPANY = about_subject(files.company(1))
STATEMENT = "罚款金额应为 1 万元，见决定书第二页（虚构）"


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


def office_reviewer() -> Actor:
    """The reviewer there."""
    return official(Role.CREDIT_OFFICE_REVIEWER, accounts.credit_office().code, 705)


def officer(organisation: str = MARKET_SUPERVISION) -> Actor:
    """The clerk of the authority that handed the record in."""
    return official(Role.DEPARTMENT_OFFICER, organisation, 703)


def reviewer(organisation: str = MARKET_SUPERVISION) -> Actor:
    """The reviewer there."""
    return official(Role.DEPARTMENT_REVIEWER, organisation, 704)


def handed_in(folder: Path, row: files.Row, item: str = files.PENALTY) -> None:
    """Take one row down the road of its provider."""
    by = officer()
    path = folder / "row.csv"
    path.write_bytes(files.csv_of(files.table(item, [row])))
    assert by.organisation_id is not None
    done = collection.submit(
        path, filename="row.csv", item_code=item, by=by, organisation_id=by.organisation_id, at=NOON - A_DAY
    )
    assert done.rejected == 0


def penalised(folder: Path) -> UUID:
    """The natural key of the fine of a new company."""
    handed_in(folder, files.penalty(1))
    key: UUID = Record.objects.get().natural_key
    return key


def filed(natural_key: UUID, *, by: Actor | None = None, at: datetime = NOON) -> int:
    """The case of a dispute that the company filed."""
    return services.file_dispute(
        natural_key, about=COMPANY, ground="wrong-content", statement=STATEMENT, by=by or representative(), at=at
    )


def accepted(natural_key: UUID) -> int:
    """The case of a dispute that was accepted."""
    case_id = filed(natural_key)
    services.take(case_id, "accept", by=operator(), at=NOON)
    return case_id


def asked(natural_key: UUID) -> int:
    """The case of a dispute that waits for its provider's answer."""
    case_id = accepted(natural_key)
    services.take(case_id, "ask-provider", by=operator(), at=NOON)
    return case_id


def answered(natural_key: UUID, step: str = "propose-keeping", **values: str) -> int:
    """The case of a dispute whose answer waits for the provider's reviewer."""
    case_id = asked(natural_key)
    services.take(case_id, step, by=officer(), at=NOON, reason="已核查原始文书（虚构）", values=values)
    return case_id


def state_of(case_id: int) -> str:
    """Where the case stands."""
    return Case.objects.get(pk=case_id).state
