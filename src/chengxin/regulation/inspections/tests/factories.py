"""A fictional plan of the market supervision department, its registers, and a draw that three parties make."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects.tests.factories import companies
from chengxin.regulation.inspections import policy, rules
from chengxin.regulation.inspections.models import Draw, Inspector, Plan, Visit
from chengxin.regulation.inspections.onsite import Entry
from chengxin.regulation.inspections.queries import visits
from chengxin.regulation.inspections.services import drawing, planning, registers, visiting
from chengxin.regulation.inspections.services.planning import PlanGiven

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)  # a Tuesday, 12:00 in the city
TODAY = date(2026, 9, 1)
HOUR = timedelta(hours=1)
MARKET, APPROVAL, JUSTICE = "11450100007550013R", "1145010000755003XC", "114501000075510320"
FOOD = '{"XK_XKZS":"食品经营许可证"}'
SIZE = 24


def official(role: Role, organisation: str = MARKET, user_id: int = 901) -> Actor:
    """Someone with that role in that organisation."""
    found = accounts.organisation_by_code(organisation)
    assert found is not None
    return Actor(
        f"{role.value}-{user_id}", found.id, found.code, frozenset({role}), accounts.reach_of(found.id), user_id
    )


def officer(organisation: str = MARKET, user_id: int = 901) -> Actor:
    """The clerk who plans."""
    return official(Role.DEPARTMENT_OFFICER, organisation, user_id)


def inspecting(number: int) -> Actor:
    """The account of the inspector with that number."""
    return officer(user_id=920 + number)


def reviewer(organisation: str = MARKET) -> Actor:
    """The reviewer there."""
    return official(Role.DEPARTMENT_REVIEWER, organisation, 902)


def office_reviewer() -> Actor:
    """The credit office's reviewer."""
    return official(Role.CREDIT_OFFICE_REVIEWER, accounts.credit_office().code, 903)


def witness() -> Actor:
    """Someone of a department that takes no part in the inspection."""
    return officer(JUSTICE, 904)


def parties() -> list[str]:
    """The three parties of a draw."""
    return [MARKET, accounts.credit_office().code, JUSTICE]


def fill_objects(size: int = SIZE) -> list[int]:
    """Companies with a food licence, which stand in the register of the sale of food."""
    ids = companies(*(f"南宁{n:02d}某食品店（虚构）" for n in range(size)))
    for number, subject_id in enumerate(ids):
        organisation_record(subject_id, f"food-{number}", item="licence-organisation", payload=FOOD)
    registers.renew_objects("food-sale", by=officer(), at=NOON)
    return ids


def fill_inspectors(organisation: str = MARKET, *, size: int = 4, first: int = 1) -> list[int]:
    """Inspectors who can all look at food, each with an account."""
    return [
        registers.add_inspector(
            f"JC{n:03d}", name=f"检查{n}（虚构）", skills=["food"], divisions=[], user_id=920 + n,
            by=officer(organisation), at=NOON,
        )
        for n in range(first, first + size)
    ]  # fmt: skip


def plan_given(**changed: object) -> PlanGiven:
    """A complete line of the plan."""
    given = {
        "title": "食品销售抽查（虚构）",
        "matters": ["food-sale"],
        "divisions": [],
        "starts_on": date(2026, 9, 1),
        "ends_on": date(2026, 12, 1),
    }
    return PlanGiven(**given | changed)  # type: ignore[arg-type]


def approved(**changed: object) -> Plan:
    """A plan that the credit office approved."""
    plan = Plan.objects.get(pk=planning.propose(plan_given(**changed), by=officer(), at=NOON))
    planning.take(plan.case_id, "approve", by=office_reviewer(), at=NOON)
    return plan


def published(size: int = SIZE) -> Draw:
    """A draw that waits for commitments."""
    fill_objects(size)
    fill_inspectors()
    return Draw.objects.get(pk=drawing.publish(approved().pk, parties=parties(), by=reviewer(), at=NOON))


def actors() -> list[Actor]:
    """Who commits and reveals for each party."""
    return [reviewer(), office_reviewer(), witness()]


def value_of(actor: Actor) -> str:
    """The secret of a party."""
    return rules.digest([actor.organisation_code, "secret"])


def commit(draw: Draw, *who: Actor, round_number: int = 1, at: datetime = NOON + HOUR) -> None:
    """These parties commit."""
    for one in who:
        told = rules.commitment_of(draw.number, round_number, one.organisation_code, value_of(one))
        drawing.commit(draw.pk, commitment=told, by=one, at=at)


def reveal(draw: Draw, *who: Actor, at: datetime = NOON + 2 * HOUR) -> None:
    """These parties reveal."""
    for one in who:
        drawing.reveal(draw.pk, value=value_of(one), by=one, at=at)


def drawn(size: int = SIZE) -> Draw:
    """A draw whose visits are assigned."""
    draw = published(size)
    commit(draw, *actors())
    reveal(draw, *actors())
    visiting.assign(draw.pk, at=NOON + 2 * HOUR)
    return draw


def joint_visit() -> Visit:
    """A visit of two departments that a draw made; the market supervision leads."""
    fill_objects(3)
    fill_inspectors()
    fill_inspectors(APPROVAL, first=11, size=2)
    registers.renew_objects("licence-conditions", by=officer(APPROVAL), at=NOON)
    plan = approved(matters=["food-sale", "licence-conditions"])
    draw = Draw.objects.get(pk=drawing.publish(plan.pk, parties=parties(), by=reviewer(), at=NOON))
    commit(draw, *actors())
    reveal(draw, *actors())
    visiting.assign(draw.pk, at=NOON)
    found = Visit.objects.order_by("id").first()
    assert found is not None
    return found


def inspector_of(visit: Visit) -> Actor:
    """The account of the first inspector of a visit."""
    found = Inspector.objects.filter(assignments__visit=visit, assignments__replaced_by__isnull=True).first()
    assert found is not None and found.user_id is not None
    return officer(user_id=found.user_id)


def entry(field: str, value: object, counter: int = 1, id: UUID | None = None) -> Entry:
    """Something that a device wrote down."""
    return Entry(id or uuid4(), field, value, counter)


def complete(visit: Visit, *, result: str = "no-problem", note: str = "") -> list[Entry]:
    """Everything that a result needs."""
    found = [entry("inspected_on", "2026-09-01"), entry("signature", {"kind": "typed", "text": "王某（虚构）"})]
    for matter in visits.matters_of(visit):
        found.append(entry(f"result:{matter.code}", result))
        found.append(entry(f"note:{matter.code}", note))
        found += [entry(f"answer:{matter.code}:{item.code}", "yes") for item in matter.checklist]
    return found


def recorded(visit: Visit, *, result: str = "no-problem", note: str = "") -> None:
    """The visit's result waits for its publication."""
    by = inspector_of(visit)
    visiting.write_down(visit.pk, complete(visit, result=result, note=note), made_at=NOON, by=by, at=NOON)
    visiting.take(visit.case_id, "record", by=by, at=NOON)


def results_of_the_day() -> dict[str, policy.Result]:
    """What a matter can end with."""
    return policy.results(TODAY)
