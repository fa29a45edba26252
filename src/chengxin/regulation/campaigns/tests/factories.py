"""A fictional campaign of the market supervision department, its companies and the officials who carry it."""

from datetime import UTC, date, datetime
from uuid import UUID

from chengxin.base.casework import queries as casework
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects.tests.factories import companies
from chengxin.regulation.campaigns import services, telling
from chengxin.regulation.campaigns.models import Campaign, Order, Target
from chengxin.regulation.campaigns.rules import Plan, Selection

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)  # a Tuesday, 12:00 in the city
TODAY = date(2026, 9, 1)
MARKET_SUPERVISION, APPROVAL_BUREAU = "11450100007550013R", "1145010000755003XC"
NAMES = ("南宁甲某商行（虚构）", "南宁乙某商行（虚构）", "南宁丙某商行（虚构）")


def official(role: Role, organisation: str, user_id: int) -> Actor:
    """Someone with that role in that organisation."""
    found = accounts.organisation_by_code(organisation)
    assert found is not None
    return Actor(
        f"{role.value}-{user_id}", found.id, found.code, frozenset({role}), accounts.reach_of(found.id), user_id
    )


def officer(organisation: str = MARKET_SUPERVISION) -> Actor:
    """The clerk who proposes and checks."""
    return official(Role.DEPARTMENT_OFFICER, organisation, 801)


def reviewer(organisation: str = MARKET_SUPERVISION) -> Actor:
    """The reviewer there."""
    return official(Role.DEPARTMENT_REVIEWER, organisation, 802)


def office_reviewer() -> Actor:
    """The credit office's reviewer."""
    return official(Role.CREDIT_OFFICE_REVIEWER, accounts.credit_office().code, 803)


def market_supervision_id() -> int:
    """The department that takes part."""
    found = accounts.organisation_by_code(MARKET_SUPERVISION)
    assert found is not None
    return found.id


def plan(**changed: object) -> Plan:
    """A complete plan about public fines."""
    given = {
        "title": "市场秩序专项整治（虚构）",
        "basis": "《中华人民共和国反不正当竞争法》第八条（虚构引用）",
        "criteria": "虚假宣传已处罚而未改正",
        "starts_on": date(2026, 9, 1),
        "ends_on": date(2026, 12, 1),
        "members": (market_supervision_id(),),
        "selection": Selection("penalty-organisation"),
    }
    return Plan(**given | changed)  # type: ignore[arg-type]


def fined_companies() -> list[int]:
    """Three companies, each with a public fine."""
    ids = companies(*NAMES)
    for number, subject_id in enumerate(ids):
        organisation_record(subject_id, f"campaign-{number}")
    return ids


def proposed(**changed: object) -> Campaign:
    """A campaign that waits for the credit office."""
    return Campaign.objects.get(pk=services.propose("market-order", plan(**changed), by=officer(), at=NOON))


def launched_with_two() -> Campaign:
    """A campaign that runs in which the approval bureau takes part and got no target."""
    fined_companies()
    bureau = accounts.organisation_by_code(APPROVAL_BUREAU)
    assert bureau is not None
    campaign = proposed(members=(market_supervision_id(), bureau.id))
    services.take(campaign.case_id, "approve", by=office_reviewer(), at=NOON)
    return campaign


def launched() -> Campaign:
    """A campaign that runs, with three targets at the market supervision department."""
    fined_companies()
    campaign = proposed()
    services.take(campaign.case_id, "approve", by=office_reviewer(), at=NOON)
    return campaign


def order_of(campaign: Campaign) -> Order:
    """Its only order."""
    return Order.objects.get(campaign=campaign)


def targets_of(campaign: Campaign) -> list[Target]:
    """Its targets by code."""
    return list(Target.objects.filter(order__campaign=campaign).order_by("code"))


def checked(campaign: Campaign, outcome: str = "corrected") -> None:
    """Every target has a result."""
    for target in targets_of(campaign):
        services.record_result(target.pk, outcome=outcome, found="已改正（虚构）", by=officer(), at=NOON)


def records_of(target: Target) -> list[UUID]:
    """The public records by which it was chosen, newest first."""
    return [r.natural_key for r in telling.records_of_target(target, on=TODAY)]


def told(
    campaign: Campaign,
    *,
    target: Target | None = None,
    record: UUID | None = None,
    text: str = "某公司虚假宣传，被处罚后改正。",
) -> int:
    """The case of a typical case that waits for its review, about the target's newest record where none is given."""
    return services.propose_case(
        target.order_id if target else order_of(campaign).pk,
        target_id=target.pk if target else None,
        record=record or (records_of(target)[0] if target else None),
        title="虚假宣传被处罚（虚构）",
        text=text,
        lesson="宣传要有依据。",
        by=officer(),
        at=NOON,
    )


def state_of(case_id: int) -> str:
    """Where the case stands."""
    return casework.states_of([case_id])[case_id]
