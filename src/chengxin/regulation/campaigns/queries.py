"""Reads of campaigns: for those who take part, and for everyone in numbers. Typical cases: `telling`."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from chengxin.base.attachments import queries as attachments
from chengxin.base.attachments.queries import AttachmentRow
from chengxin.base.casework import queries as casework
from chengxin.base.casework import standings
from chengxin.base.database.parts import all_found
from chengxin.base.errors import NotFound
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records import selecting
from chengxin.regulation.campaigns import policy
from chengxin.regulation.campaigns.models import Campaign, Order, Tally
from chengxin.regulation.campaigns.procedure import DRAFTED, FINISHED, RUNNING
from chengxin.regulation.campaigns.rules import Found, Outcome, Plan, Selection, files_of, written

SHOWN = (RUNNING, FINISHED)
OFFICE = {Role.CREDIT_OFFICE_OPERATOR, Role.CREDIT_OFFICE_REVIEWER}


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign with the state of its case; `[starts_on, ends_on)`."""

    id: int
    case_id: int
    lead_id: int
    field_zh: str
    field_en: str
    title: str
    basis: str
    criteria: str
    starts_on: date
    ends_on: date
    selection: Selection
    members: tuple[int, ...]
    state: str

    def waits_on(self, day: date) -> bool:
        """Whether it was approved and its period has not begun on that day."""
        return self.state == RUNNING and day < self.starts_on


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """Campaigns of one page, and how many there are on all."""

    rows: tuple[CampaignRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many targets ended in which outcome, by the version of its entry, "" for none yet."""

    outcomes: dict[str, int]

    @property
    def targets(self) -> int:
        """All of them."""
        return sum(self.outcomes.values())

    @property
    def checked(self) -> int:
        """Those with a result."""
        return self.targets - self.outcomes.get("", 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one member is. `outcomes`: as in `Counts`; `is_late`: its time is over."""

    order_id: int
    case_id: int
    organisation_id: int
    state: str
    due_on: date | None
    is_late: bool
    targets: int
    settled: int
    outcomes: dict[str, int]


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with its latest result, "" for none; `outcome`: the version of its entry."""

    id: int
    order_id: int
    code: str
    name: str
    records: int
    organisation_id: int
    outcome: str
    found: str
    by_name: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class TargetPage:
    """Targets of one page, how many there are on all, and the files of those that have any, by the target's id."""

    rows: tuple[TargetRow, ...]
    total: int
    files: dict[int, tuple[AttachmentRow, ...]]


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A member's order with the state of its case."""

    id: int
    case_id: int
    campaign_id: int
    organisation_id: int
    state: str


def selected(selection: Selection, *, on: date) -> tuple[Found, ...]:
    """Whom a saved query finds on that day, by code. One walk over the records: `records.selecting.subjects_with`."""
    found = matches(selection, on=on)
    return tuple(Found(m.code, m.name, m.records, m.provider_id, m.natural_keys) for m in found)


def matches(selection: Selection, *, on: date, codes: Collection[str] | None = None) -> tuple[selecting.Match, ...]:
    """The same with the keys of their records; `codes`: only among these. Index: as `records.selecting` says."""
    return selecting.subjects_with(
        selection.item,
        on=on,
        severities=selection.severities,
        divisions=selection.divisions,
        since=selection.since,
        until=selection.until,
        least=selection.least,
        codes=codes,
    )


def campaigns_of(actor: Actor, *, state: str = "") -> tuple[CampaignRow, ...]:
    """The campaigns in which the actor's organisation has a part, all for the credit office; newest first.

    Index: `campaign_member_organisation`, unique case.
    """
    rows = _rows(Campaign.objects.filter(_takes_part(actor)).distinct().order_by("-id"))
    return tuple(r for r in rows if state in ("", r.state) and _is_told(r, actor))


def campaign_of(campaign_id: int, *, actor: Actor) -> CampaignRow:
    """One campaign, for those who have a part in it. Raises `NotFound`. Index: primary key."""
    found = _one(Campaign.objects.filter(_takes_part(actor), pk=campaign_id).distinct())
    if not _is_told(found, actor):
        raise NotFound
    return found


def campaign_of_case(case_id: int, *, actor: Actor, on: date) -> CampaignRow:
    """The campaign that a case is about, for those who see the case. Raises `NotFound`. Index: unique case."""
    casework.case(case_id, actor=actor, on=on)
    return _one(Campaign.objects.filter(case_id=case_id))


def order_of_case(case_id: int, *, actor: Actor, on: date) -> OrderRow:
    """The order that a case is about, for those who see the case. Raises `NotFound`. Index: unique case."""
    casework.case(case_id, actor=actor, on=on)
    rows = _orders(Order.objects.filter(case_id=case_id))
    if not rows:
        raise NotFound
    return rows[0]


def orders_of(campaign_id: int) -> tuple[OrderRow, ...]:
    """The orders of a campaign, in the order of the organisations. Index: `campaign_order_once`."""
    return _orders(Order.objects.filter(campaign_id=campaign_id))


def _orders(found: QuerySet[Order]) -> tuple[OrderRow, ...]:
    orders = list(found.order_by("organisation_id"))
    states = casework.states_of(o.case_id for o in orders)
    return tuple(OrderRow(o.pk, o.case_id, o.campaign_id, o.organisation_id, states[o.case_id]) for o in orders)


def public_campaigns(*, page: int = 1, size: int = 20) -> CampaignPage:
    """A page of the campaigns that run or are over, newest first. Index: unique case, primary key."""
    cases = dict(Campaign.objects.order_by("-starts_on", "-id").values_list("id", "case_id"))
    states = casework.states_of(cases.values())
    shown = [campaign_id for campaign_id, case_id in cases.items() if states[case_id] in SHOWN]
    chosen = Campaign.objects.filter(pk__in=shown[(page - 1) * size : page * size])
    return CampaignPage(_rows(chosen.order_by("-starts_on", "-id")), len(shown))


def same_draft(plan: Plan, *, field: str, lead_id: int) -> int | None:
    """The id of the lead's draft that says the same and waits, where there is one."""
    texts = {"title": written(plan.title), "basis": written(plan.basis), "criteria": written(plan.criteria)}
    same = Campaign.objects.filter(lead_id=lead_id, field=field, selection=plan.selection.as_json(), **texts)
    for row in _rows(same):
        period = (row.starts_on, row.ends_on) == (plan.starts_on, plan.ends_on)
        if row.state == DRAFTED and period and set(row.members) == set(plan.members):
            return row.id
    return None


def counts_of(campaign_ids: Collection[int]) -> dict[int, Counts]:
    """How the targets of each campaign stand: as it was ended, or as they stand now while it runs.

    Index: `campaign_order_once`, `campaign_target_once`, `campaign_result_latest`; the unique campaign of a tally.
    """
    counts = {t.campaign_id: Counts(t.outcomes) for t in Tally.objects.filter(campaign__in=campaign_ids)}
    running = [each for each in campaign_ids if each not in counts]
    counts |= {each: Counts({}) for each in running}
    if not running:
        return counts
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"campaigns": running})
        for campaign_id, outcome, targets in cursor.fetchall():
            counts[campaign_id].outcomes[outcome] = targets
    return counts


def public_campaign(campaign_id: int) -> CampaignRow:
    """One campaign that runs or is over. Raises `NotFound`. Index: primary key."""
    found = _one(Campaign.objects.filter(pk=campaign_id))
    if found.state not in SHOWN:
        raise NotFound
    return found


def progress_of(campaign_id: int, *, on: date) -> tuple[Progress, ...]:
    """How far each member is, in the order of the organisations. Index: `campaign_order_once`, `campaign_target_once`,
    `campaign_result_latest`.
    """
    orders = {o.pk: o for o in Order.objects.filter(campaign_id=campaign_id).order_by("organisation_id")}
    outcomes: dict[int, dict[str, int]] = {order_id: {} for order_id in orders}
    with connection.cursor() as cursor:
        cursor.execute(PER_OUTCOME, {"orders": list(orders)})
        for order_id, outcome, count in cursor.fetchall():
            outcomes[order_id][outcome or ""] = count
    stands = standings.standings_of(o.case_id for o in orders.values())
    named = {v: policy.outcome_named(v) for counted in outcomes.values() for v in counted if v}
    return tuple(
        Progress(
            order_id=order_id,
            case_id=order.case_id,
            organisation_id=order.organisation_id,
            state=stands[order.case_id].state,
            due_on=stands[order.case_id].due_on,
            is_late=stands[order.case_id].is_late(on=on),
            targets=sum(outcomes[order_id].values()),
            settled=sum(n for v, n in outcomes[order_id].items() if v and named[v].is_settled),
            outcomes=outcomes[order_id],
        )
        for order_id, order in orders.items()
    )


def targets_of(
    campaign_id: int,
    *,
    actor: Actor,
    organisation_id: int | None = None,
    outcome: str | None = None,
    text: str = "",
    page: int = 1,
    size: int = 25,
) -> TargetPage:
    """A page of the targets that the actor may see: all for lead and credit office, its own for a member; by code.

    `outcome`: "" those without a result. Raises `NotFound`. Index: `campaign_order_once`, `campaign_target_once`,
    `attachment_reference`.
    """
    values = _asked(campaign_id, actor, organisation_id, outcome, text) | {"size": size, "start": (page - 1) * size}
    among = "" if outcome is None else OUTCOME_IS
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM campaigns_target t {among or NAMED}", values)
        (total,) = cursor.fetchone()
        chosen = (
            f"SELECT t.* FROM campaigns_target t {among or NAMED} ORDER BY t.code, t.id LIMIT %(size)s OFFSET %(start)s"
        )
        cursor.execute(TARGETS.format(chosen=chosen), values)
        rows = tuple(TargetRow(*row) for row in cursor.fetchall())
    filed = {files_of(row.id): row.id for row in rows}
    files = attachments.attachments_by(filed)
    return TargetPage(rows, total, {filed[reference]: found for reference, found in files.items()})


def all_targets_of(
    campaign_id: int, *, actor: Actor, organisation_id: int | None = None, outcome: str | None = None, text: str = ""
) -> Iterator[TargetRow]:
    """The rows of all pages, read in parts. Index, raises: as there."""
    chosen = f"SELECT t.* FROM campaigns_target t {NAMED if outcome is None else OUTCOME_IS}"
    values = _asked(campaign_id, actor, organisation_id, outcome, text)
    return (TargetRow(*row) for part in all_found(TARGETS.format(chosen=chosen), values) for row in part)


def _asked(
    campaign_id: int, actor: Actor, organisation_id: int | None, outcome: str | None, text: str
) -> dict[str, Any]:
    campaign = campaign_of(campaign_id, actor=actor)
    orders = Order.objects.filter(campaign_id=campaign_id)
    if not (_is_office(actor) or campaign.lead_id in actor.reaches):
        orders = orders.filter(organisation_id__in=actor.reaches)
    if organisation_id is not None:
        orders = orders.filter(organisation_id=organisation_id)
    return {"orders": list(orders.values_list("id", flat=True)), "outcome": outcome, "text": f"%{_literal(text)}%"}


def latest_outcomes(order_id: int) -> list[Outcome | None]:
    """The latest outcome of each target of an order, None where there is none. Index: `campaign_result_latest`."""
    with connection.cursor() as cursor:
        cursor.execute(LATEST, {"orders": [order_id]})
        versions = [version for (version,) in cursor.fetchall()]
    named = {v: policy.outcome_named(v) for v in set(versions) if v}
    return [named.get(v) for v in versions]


def _is_office(actor: Actor) -> bool:
    return bool(OFFICE & actor.roles) and accounts.credit_office().id in actor.reaches


def _takes_part(actor: Actor) -> Q:
    if _is_office(actor):
        return Q()
    return Q(lead_id__in=actor.reaches) | Q(members__organisation_id__in=actor.reaches)


def _is_told(row: CampaignRow, actor: Actor) -> bool:
    """A draft is the lead's and the credit office's; members hear of it when it is launched."""
    return row.state in SHOWN or row.lead_id in actor.reaches or _is_office(actor)


def _one(found: QuerySet[Campaign]) -> CampaignRow:
    rows = _rows(found)
    if not rows:
        raise NotFound
    return rows[0]


def _rows(found: QuerySet[Campaign]) -> tuple[CampaignRow, ...]:
    campaigns = list(found.prefetch_related("members"))
    states = casework.states_of(c.case_id for c in campaigns)
    return tuple(
        CampaignRow(
            c.pk,
            c.case_id,
            c.lead_id,
            *policy.field_named(c.field),
            c.title,
            c.basis,
            c.criteria,
            c.starts_on,
            c.ends_on,
            Selection.from_json(c.selection),
            tuple(m.organisation_id for m in c.members.all()),
            states[c.case_id],
        )
        for c in campaigns
    )


def _literal(text: str) -> str:
    return text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_LAST = (
    "LEFT JOIN LATERAL (SELECT r.outcome, r.found, r.by_name, r.at FROM campaigns_result r"
    " WHERE r.target_id = t.id ORDER BY r.id DESC LIMIT 1) last ON true"
)
LATEST = f"SELECT last.outcome FROM campaigns_target t {_LAST} WHERE t.order_id = ANY(%(orders)s)"
PER_OUTCOME = (
    f"SELECT t.order_id, last.outcome, count(*) FROM campaigns_target t {_LAST}"
    " WHERE t.order_id = ANY(%(orders)s) GROUP BY t.order_id, last.outcome"
)
NAMED = "WHERE t.order_id = ANY(%(orders)s) AND (t.name LIKE %(text)s OR t.code LIKE %(text)s)"
OUTCOME_IS = f"{_LAST} {NAMED} AND coalesce(last.outcome, '') = %(outcome)s"
TARGETS = (
    "SELECT t.id, t.order_id, t.code, t.name, t.records, o.organisation_id, coalesce(last.outcome, ''),"
    " coalesce(last.found, ''), coalesce(last.by_name, ''), last.at"
    f" FROM ({{chosen}}) t JOIN campaigns_order o ON o.id = t.order_id {_LAST} ORDER BY t.code, t.id"
)
COUNTED = (
    f"SELECT o.campaign_id, coalesce(last.outcome, ''), count(*) FROM campaigns_target t"
    f" JOIN campaigns_order o ON o.id = t.order_id {_LAST}"
    " WHERE o.campaign_id = ANY(%(campaigns)s) GROUP BY o.campaign_id, coalesce(last.outcome, '')"
)
