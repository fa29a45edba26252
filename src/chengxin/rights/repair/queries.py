"""Reads of repair: whether a record can be repaired and when, and the applications."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chengxin.base.casework import queries as casework
from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor, Scope
from chengxin.registry.records.rows import RecordRow
from chengxin.registry.records.rules import record_reference
from chengxin.rights.repair import policy, rules
from chengxin.rights.repair.models import Application, Bar, Withdrawal
from chengxin.rights.repair.procedure import REPAIR, REPAIR_WITHDRAWAL
from chengxin.rights.repair.rules import Eligibility, Facts


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """An application, with the state of its case."""

    id: int
    case_id: int
    about: str
    natural_key: UUID
    item: str
    provider_id: int
    statement: str
    commitment_version: str
    signed_by: str
    rule: str
    possible_on: date | None
    applied_at: datetime
    state: str


def eligibilities(records: Iterable[RecordRow], about: str, *, on: date) -> Mapping[UUID, Eligibility]:
    """Whether each record about `about` can be repaired on that day, and when. Two queries for all.

    Index: `case_about`, `repair_bar_about`.
    """
    rows = list(records)
    in_hand = casework.open_about(REPAIR.code, [record_reference(r.natural_key) for r in rows])
    barred = barred_until(about, on=on)
    return {
        r.natural_key: rules.eligibility(
            Facts(
                severity=r.severity,
                decided_on=r.decided_on,
                state=r.state,
                public_until=r.public_until,
                has_open_application=record_reference(r.natural_key) in in_hand,
                barred_until=barred,
            ),
            policy.terms_of(r.item, content={f.code: f.raw for f in r.fields}, decided_by=r.policy, on=on),
            on=on,
        )
        for r in rows
    }


def barred_until(about: str, *, on: date) -> date | None:
    """First day on which `about` may apply again, where a withdrawn repair bars it. Index: `repair_bar_about`."""
    found = Bar.objects.filter(about=about, until__gt=on).order_by("-until").first()
    return found.until if found else None


def application_of_case(case_id: int, *, actor: Actor, on: date) -> ApplicationRow:
    """The application that a case is about, for those who have a part in the case. Raises `NotFound`.

    Index: unique case, `case_party_once`.
    """
    casework.case(case_id, actor=actor, on=on)
    withdrawal = Withdrawal.objects.select_related("application").filter(case_id=case_id).first()
    found = withdrawal.application if withdrawal else Application.objects.filter(case_id=case_id).first()
    if found is None:
        raise NotFound
    return _rows([found])[0]


def applications_about(about: str, *, by: Actor) -> tuple[ApplicationRow, ...]:
    """All applications of a subject, newest first. Raises `NotFound` for anyone else. Index: `repair_about`."""
    if not by.may_for(about, Scope.APPLY):
        raise NotFound
    return _rows(Application.objects.filter(about=about).order_by("-applied_at"))


def granted_application_of(natural_key: UUID) -> Application | None:
    """The application by which a record was repaired, while that stands. Index: `repair_record`."""
    found = list(Application.objects.filter(natural_key=natural_key).order_by("-applied_at"))
    states = casework.states_of(a.case_id for a in found)
    return next((a for a in found if states.get(a.case_id) == "granted"), None)


def open_withdrawal_of(application: Application) -> int | None:
    """The case that is about withdrawing this repair, if one is open. Index: `case_about`."""
    reference = record_reference(application.natural_key)
    return casework.open_about(REPAIR_WITHDRAWAL.code, [reference]).get(reference)


def _rows(found: Iterable[Application]) -> tuple[ApplicationRow, ...]:
    applications = list(found)
    states = casework.states_of(a.case_id for a in applications)
    return tuple(
        ApplicationRow(
            id=a.pk,
            case_id=a.case_id,
            about=a.about,
            natural_key=a.natural_key,
            item=a.item,
            provider_id=a.provider_id,
            statement=a.statement,
            commitment_version=a.commitment_version,
            signed_by=a.signed_by,
            rule=a.rule,
            possible_on=a.possible_on,
            applied_at=a.applied_at,
            state=states[a.case_id],
        )
        for a in applications
    )
