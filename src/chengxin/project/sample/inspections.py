"""Fictional inspections of the demo city: one draw with visits at every stage, and one that waits for its parties."""

from datetime import datetime, timedelta
from uuid import uuid4

from chengxin.base.clock import local_date
from chengxin.registry.accounts import queries as organisations
from chengxin.registry.accounts import services as people
from chengxin.registry.accounts.rules import Actor, MandateKind
from chengxin.registry.subjects.rules import about_subject
from chengxin.regulation.inspections import onsite, rules
from chengxin.regulation.inspections.models import Draw, Plan
from chengxin.regulation.inspections.onsite import Entry
from chengxin.regulation.inspections.queries import registers, visits
from chengxin.regulation.inspections.queries.visits import VisitRow
from chengxin.regulation.inspections.services import drawing, planning, visiting
from chengxin.regulation.inspections.services import registers as books
from chengxin.regulation.inspections.services.planning import PlanGiven

PEOPLE = ("officer", "reviewer", "office-reviewer", "approval-officer", "association-officer")
# number: whose account or "", name, organisation's officer, skills. Food is left to the one who can sign in, so that
# every visit about it, joint ones too, can be walked in the demo.
INSPECTORS = {
    "SJ-001": ("officer", "韦经办（演示）", "officer", ("food", "registration")),
    "SJ-002": ("", "班检查（虚构）", "officer", ("registration",)),
    "SJ-003": ("", "卢检查（虚构）", "officer", ("registration",)),
    "SP-001": ("approval-officer", "覃经办（演示）", "approval-officer", ()),
    "SP-002": ("", "岑检查（虚构）", "approval-officer", ()),
}
PUBLISHED, PROBLEM = 3, 1  # how many visits have a result, and which of them found a problem
INSPECTED = ("inspected", "黄代表（演示）", "Representative Huang (demo)")


def draw(*, at: datetime) -> None:
    """Fill the registers, make one draw with its first results, and publish another."""
    found = {name: organisations.actor_named(name, at=at) for name in PEOPLE}
    who = {name: actor for name, actor in found.items() if actor is not None}
    if len(who) < len(PEOPLE):
        return
    for number, (account, name, by, skills) in INSPECTORS.items():
        user_id = who[account].user_id if account else None
        books.add_inspector(number, name=name, skills=skills, divisions=(), user_id=user_id, by=who[by], at=at)
    for matter, by in (
        ("food-sale", "officer"),
        ("registered-facts", "officer"),
        ("licence-conditions", "approval-officer"),
    ):
        books.renew_objects(matter, by=who[by], at=at)
    parties = [who[name] for name in ("reviewer", "office-reviewer", "association-officer")]
    first = _published("食品销售双随机抽查（虚构）", ["food-sale"], who, parties, at=at)
    if first is None:
        return
    _made(first, parties, at=at)
    mine = visits.visits_with(who["officer"], visits.Wanted(mine=True), on=local_date(at))
    for place, visit in enumerate(mine[: min(PUBLISHED, len(mine) - 1)]):
        _inspected(visit, who, has_problem=place == PROBLEM, at=at)
    if len(mine) > PROBLEM + 1:
        _inspected_signs_in(mine[PROBLEM], at=at)
    _published("食品销售和许可条件联合抽查（虚构）", ["food-sale", "licence-conditions"], who, parties, at=at)


def _inspected_signs_in(visit: VisitRow, *, at: datetime) -> None:
    """Let the representative of the company in which a problem was found sign in to the demo, and see and answer it."""
    username, name_zh, name_en = INSPECTED
    people.create_demo_representative(
        username,
        name_zh=name_zh,
        name_en=name_en,
        about=about_subject(visit.code),
        kind=MandateKind.REPRESENTATIVE,
        at=at,
    )


def _published(
    title: str, matters: list[str], who: dict[str, Actor], parties: list[Actor], *, at: datetime
) -> Draw | None:
    today = local_date(at)
    given = PlanGiven(title, matters, (), today - timedelta(days=10), today + timedelta(days=120))
    plan = Plan.objects.get(pk=planning.propose(given, by=who["officer"], at=at))
    planning.take(plan.case_id, "approve", by=who["office-reviewer"], at=at)
    if not registers.population(plan, on=today):
        return None
    codes = [one.organisation_code for one in parties]
    return Draw.objects.get(pk=drawing.publish(plan.pk, parties=codes, by=who["reviewer"], at=at))


def _made(found: Draw, parties: list[Actor], *, at: datetime) -> None:
    values = {one.organisation_code: rules.digest([found.number, one.organisation_code]) for one in parties}
    for one in parties:
        told = rules.commitment_of(found.number, 1, one.organisation_code, values[one.organisation_code])
        drawing.commit(found.pk, commitment=told, by=one, at=at)
    for one in parties:
        drawing.reveal(found.pk, value=values[one.organisation_code], by=one, at=at)
    visiting.assign(found.pk, at=at)


def _inspected(visit: VisitRow, who: dict[str, Actor], *, has_problem: bool, at: datetime) -> None:
    given: dict[str, object] = {
        onsite.DAY: local_date(at).isoformat(),
        onsite.SIGNATURE: {"kind": onsite.TYPED, "text": "陆某（虚构）"},
    }
    for matter in visit.matters:
        given |= {onsite.answer_field(matter, item.code): onsite.YES for item in matter.checklist}
        given[onsite.result_field(matter)] = "correction" if has_problem else "no-problem"
        if has_problem:
            given[onsite.note_field(matter)] = "货架上有超过保质期的预包装食品，责令下架（虚构）"
            given[onsite.answer_field(matter, "in-date")] = onsite.NO
    entries = [Entry(uuid4(), field, value, 1) for field, value in given.items()]
    visiting.write_down(visit.id, entries, made_at=at, by=who["officer"], at=at)
    visiting.take(visit.case_id, "record", by=who["officer"], at=at)
    visiting.take(visit.case_id, "publish", by=who["reviewer"], at=at)
