"""Writes of campaigns: proposing, launching, the members' results, ending, and typical cases."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chengxin.base import tasks
from chengxin.base.attachments import services as files
from chengxin.base.attachments.services import OpenedAttachment, Upload
from chengxin.base.audit import services as audit
from chengxin.base.casework import queries as cases
from chengxin.base.casework import rules as casework_rules
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.intake.resolution.names import named_in
from chengxin.intake.resolution.policy import vocabulary
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records.rules import months_after
from chengxin.registry.subjects.queries import names_ever_of
from chengxin.regulation.campaigns import policy, queries, rules, telling
from chengxin.regulation.campaigns.errors import (
    FieldMissing,
    MembersNotPublic,
    NothingSelected,
    NotMember,
    OrderClosed,
    OrdersOpen,
    OutcomeMissing,
    ResultsMissing,
    TargetsMissing,
    TextMissing,
)
from chengxin.regulation.campaigns.models import (
    Campaign,
    Member,
    Order,
    Publication,
    Result,
    Tally,
    Target,
    TypicalCase,
)
from chengxin.regulation.campaigns.procedure import CAMPAIGN, ISSUED, ORDER, RUNNING, TYPICAL_CASE
from chengxin.regulation.campaigns.rules import Found, Plan, Selection

BATCH = 5_000
_ISSUES = frozenset({Role.CREDIT_OFFICE_REVIEWER})
RESULT_FILES = "campaign-result"  # the purpose for which attachments are kept


@transaction.atomic
def propose(field: str, plan: Plan, *, by: Actor, at: datetime) -> int:
    """Propose a campaign for the credit office to approve; returns its id, also where the same draft waits already.

    Raises `FieldMissing`, `MembersNotPublic`, what `rules.check_plan` raises, `NamesInText`, `NotYourStep`.
    """
    found = policy.field_on(field, local_date(at))
    if found is None:
        raise FieldMissing
    rules.check_plan(plan, on=local_date(at))
    if not set(plan.members) <= {o.id for o in accounts.organisations() if o.is_public_body}:
        raise MembersNotPublic
    chosen = [(one.code, one.name) for one in queries.selected(plan.selection, on=local_date(at))]
    _check_unnamed((plan.title, plan.basis, plan.criteria), chosen, at=at)
    office = accounts.credit_office().id
    if by.organisation_id is None or plan.starts_on is None or plan.ends_on is None:
        raise NotPermitted
    queue_behind(f"campaign-lead:{by.organisation_id}")
    if (same := queries.same_draft(plan, field=found.version, lead_id=by.organisation_id)) is not None:
        return same
    parties = {"lead": Party(organisation_id=by.organisation_id), "office": Party(organisation_id=office)}
    about = f"campaign-field:{field}"
    case_id = casework.open_case(
        CAMPAIGN.code, about=about, title=rules.written(plan.title), parties=parties, by=by, at=at
    )
    campaign = Campaign.objects.create(
        case_id=case_id,
        lead_id=by.organisation_id,
        field=found.version,
        title=rules.written(plan.title),
        basis=rules.written(plan.basis),
        criteria=rules.written(plan.criteria),
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        selection=plan.selection.as_json(),
        proposed_at=at,
    )
    Member.objects.bulk_create(Member(campaign=campaign, organisation_id=m) for m in sorted(set(plan.members)))
    audit.note("campaigns.proposed", str(campaign), by=by, at=at, case=case_id, field=found.version)
    return campaign.pk


@transaction.atomic
def take(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Take a step in the case of a campaign, with its effect; returns the state it leads to.

    Raises what `casework.take_step` raises, `PeriodOver`, `NothingSelected`, `NamesInText`, `NotBegun`, `OrdersOpen`.
    """
    campaign = Campaign.objects.filter(case_id=case_id).first()
    if campaign is None:
        raise NotFound
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    if (effect := EFFECTS.get(step)) is not None:
        effect(campaign, by, at)
    return state


@transaction.atomic
def take_in_order(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Take a step in the case of a member's order. Raises what `casework.take_step` raises, `ResultsMissing`."""
    order = Order.objects.filter(case_id=case_id).first()
    if order is None:
        raise NotFound
    queue_behind(f"campaign-order:{order.pk}")  # no result is written while the order is reported
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    if step == "report" and (still_open := rules.open_targets(queries.latest_outcomes(order.pk))):
        raise ResultsMissing(open=still_open)
    return state


@transaction.atomic
def record_result(
    target_id: int, *, outcome: str, found: str, uploads: Sequence[Upload] = (), by: Actor, at: datetime
) -> None:
    """Write what was found at a target, with the files that prove it; the latest result counts, all files stay.

    Raises `NotFound`, `NotPermitted`, `OrderClosed`, `NotBegun`, `OutcomeMissing`, `UploadsRefused`.
    """
    place = Target.objects.filter(pk=target_id).values_list("order_id", flat=True).first()
    if place is None:
        raise NotFound
    queue_behind(f"campaign-order:{place}")  # once held, the target is handed to nobody else
    target = Target.objects.select_related("order__campaign").filter(pk=target_id, order_id=place).first()
    if target is None:
        raise NotFound
    order = cases.case(target.order.case_id, actor=by, on=local_date(at))
    if not casework_rules.may_take(ORDER.step("report"), parties=cases.parties_of(order.id), by=by):
        raise NotPermitted
    if order.state != ISSUED:
        raise OrderClosed
    rules.check_begun(target.order.campaign.starts_on, on=local_date(at))
    chosen = policy.outcomes(local_date(at)).get(outcome)
    found = rules.written(found)
    if chosen is None or not found:
        raise OutcomeMissing
    Result.objects.create(target=target, outcome=chosen.version, found=found, by_name=by.name, at=at)
    kept = files.keep_all(rules.files_of(target_id), uploads=uploads, purpose=RESULT_FILES, by=by, at=at)
    told = f"campaign target {target_id}"
    audit.note("campaigns.result_recorded", told, by=by, at=at, outcome=chosen.version, files=len(kept))


@transaction.atomic
def open_file(target_id: int, attachment_id: UUID, *, by: Actor, at: datetime) -> OpenedAttachment:
    """A file of a target's results, for those who have a part in the order; noted in the audit chain.

    Raises `NotFound`, `HeldBack`, `Blocked`.
    """
    target = Target.objects.select_related("order").filter(pk=target_id).first()
    if target is None:
        raise NotFound
    cases.case(target.order.case_id, actor=by, on=local_date(at))
    return files.opened(attachment_id, reference=rules.files_of(target_id), by=by, at=at)


@transaction.atomic
def hand_over(
    campaign_id: int, target_ids: Collection[int], *, to: int | None, reason: str, by: Actor, at: datetime
) -> int:
    """Give targets of open orders to another member or to the lead itself, for the lead's reviewer; returns how many.

    A member without an order gets one. Results and files stay with their target. Raises `NotFound`, `NotPermitted`,
    `TargetsMissing`, `NotMember`, `OrderClosed`.
    """
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None or not _leads(campaign, by):
        raise NotFound if campaign is None else NotPermitted
    queue_behind(f"campaign:{campaign_id}")  # no two open an order for the same member
    if to is None or to not in {*campaign.members.values_list("organisation_id", flat=True), campaign.lead_id}:
        raise NotMember
    given = Target.objects.filter(order__campaign=campaign, pk__in=target_ids).exclude(order__organisation_id=to)
    sources = Order.objects.in_bulk(set(given.values_list("order_id", flat=True)))
    reason = rules.written(reason)
    if not sources or not reason:
        raise TargetsMissing
    own = Order.objects.filter(campaign=campaign, organisation_id=to).first()
    for order_id in sorted({*sources, own.pk} if own else sources):
        queue_behind(f"campaign-order:{order_id}")
    case_ids = [order.case_id for order in [*sources.values(), *([own] if own else [])]]
    if set(cases.states_of([campaign.case_id, *case_ids]).values()) != {RUNNING, ISSUED}:
        raise OrderClosed
    place = own or _issue(campaign, to, by=_office(by), at=at)
    moved = given.filter(order__in=sources).update(order=place)
    body = f"{campaign.title}：{reason}"
    for order in [*sources.values(), place]:
        _tell(order.organisation_id, _("专项整治的对象在单位之间移交"), body, at=at, case_id=order.case_id)
    about = {"targets": sorted(target_ids), "from": sorted(sources), "to": place.pk, "reason": reason}
    audit.note("campaigns.targets_handed_over", str(campaign), by=by, at=at, **about)
    return moved


def _leads(campaign: Campaign, by: Actor) -> bool:
    return casework_rules.may_take(CAMPAIGN.step("finish"), parties=cases.parties_of(campaign.case_id), by=by)


def _office(by: Actor) -> Actor:
    """The credit office, which issues orders, as it acts for who hands targets over."""
    office = accounts.credit_office()
    return replace(
        by, organisation_id=office.id, organisation_code=office.code, roles=_ISSUES, reaches=frozenset({office.id})
    )


@transaction.atomic
def propose_case(
    order_id: int,
    *,
    target_id: int | None = None,
    record: UUID | None = None,
    title: str,
    text: str,
    lesson: str,
    by: Actor,
    at: datetime,
) -> int:
    """Propose a typical case from a member's order; returns the case's id, also where the same text waits already.

    `record`: the record that it tells about, among those by which the target was chosen; while it is public, the site
    names the company. Raises `NotFound`, `NotPermitted`, `TextMissing`, `TitleTooLong`, `RecordMissing`,
    `NamesInText`.
    """
    order = Order.objects.select_related("campaign").filter(pk=order_id).first()
    if order is None or by.organisation_id is None:
        raise NotFound
    if not casework_rules.may_take(ORDER.step("report"), parties=cases.parties_of(order.case_id), by=by):
        raise NotPermitted
    title, text, lesson = rules.written(title), rules.written(text), rules.written(lesson)
    if not all((title, text, lesson)):
        raise TextMissing
    rules.check_title(title)
    if target_id is not None:
        chosen = telling.chosen_target(target_id, order_id=order_id, on=local_date(at))
        rules.check_record(record, among=[r.natural_key for r in chosen.records])
    every = Target.objects.filter(order__campaign_id=order.campaign_id).values_list("code", "name")
    _check_unnamed((title, text, lesson), list(every), at=at)
    queue_behind(f"campaign-order:{order.pk}")
    if (same := telling.same_proposal(order_id, title=title, text=text, lesson=lesson)) is not None:
        return same
    parties = {
        "author": Party(organisation_id=order.organisation_id),
        "office": Party(organisation_id=accounts.credit_office().id),
    }
    about = f"campaign-order:{order.pk}"
    case_id = casework.open_case(TYPICAL_CASE.code, about=about, title=title, parties=parties, by=by, at=at)
    told = TypicalCase.objects.create(
        case_id=case_id,
        campaign=order.campaign,
        organisation_id=order.organisation_id,
        natural_key=record if target_id is not None else None,
        title=title,
        text=text,
        lesson=lesson,
        proposed_at=at,
    )
    audit.note("campaigns.case_proposed", str(told), by=by, at=at, case=case_id)
    return case_id


@transaction.atomic
def take_in_typical_case(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Take a step in the case of a typical case; publishing fixes until when. Raises as `casework.take_step`."""
    told = TypicalCase.objects.filter(case_id=case_id).first()
    if told is None:
        raise NotFound
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    if step == "publish":
        day = local_date(at)
        until = months_after(day, policy.months_published(day))
        Publication.objects.create(typical_case=told, published_on=day, until=until)
        audit.note("campaigns.case_published", str(told), by=by, at=at, until=until.isoformat())
    return state


@transaction.atomic
def remind_of_end(campaign_id: int, *, at: datetime) -> bool:
    """Tell the lead that the period is over and the campaign waits for its summary; whether it still does."""
    campaign = Campaign.objects.get(pk=campaign_id)
    if cases.states_of([campaign.case_id])[campaign.case_id] != RUNNING:
        return False
    title = _("专项整治期间已过，请审核各单位的任务并总结")
    _tell(campaign.lead_id, title, campaign.title, at=at, case_id=campaign.case_id)
    return True


@transaction.atomic
def tell_of_withdrawn(natural_key: UUID, *, at: datetime) -> int:
    """Tell author and credit office of each case that tells about a withdrawn record; how many cases there are.

    The name left the site with the record; whether the text may stay is for the credit office to decide.
    """
    told = telling.cases_about(natural_key, on=local_date(at))
    title = _("典型案例讲的决定已被撤销，请审核案例是否撤下")
    for each in told:
        for organisation_id in dict.fromkeys((each.organisation_id, accounts.credit_office().id)):
            _tell(organisation_id, title, each.title, at=at, case_id=each.case_id)
    return len(told)


def _launch(campaign: Campaign, by: Actor, at: datetime) -> None:
    rules.check_not_over(campaign.ends_on, on=local_date(at))
    found = queries.selected(Selection.from_json(campaign.selection), on=local_date(at))
    if not found:
        raise NothingSelected
    _check_unnamed((campaign.title, campaign.basis, campaign.criteria), [(f.code, f.name) for f in found], at=at)
    members = frozenset(Member.objects.filter(campaign=campaign).values_list("organisation_id", flat=True))
    shares: dict[int, list[Found]] = defaultdict(list)
    for one in found:
        shares[rules.member_for(one, members=members, lead=campaign.lead_id)].append(one)
    for organisation_id, share in sorted(shares.items()):
        order = _issue(campaign, organisation_id, by=by, at=at)
        Target.objects.bulk_create(
            (
                Target(
                    order=order,
                    code=one.code,
                    name=one.name,
                    records=one.records,
                    record_keys=list(one.natural_keys),
                )
                for one in share
            ),
            batch_size=BATCH,
        )
    for organisation_id in sorted(members - set(shares)):
        _tell(organisation_id, _("专项整治已经批准，您单位参加，目前没有分到对象"), campaign.title, at=at)
    audit.note("campaigns.launched", str(campaign), by=by, at=at, targets=len(found), orders=len(shares))
    tasks.defer("campaigns.remind_of_end", not_before=_start_of(campaign.ends_on), campaign_id=campaign.pk)


def _check_unnamed(texts: Sequence[str], subjects: Sequence[tuple[str, str]], *, at: datetime) -> None:
    """Raise `NamesInText` where texts for the public speak of these (code, name), by any name that they ever bore."""
    names = [name for _code, name in subjects] + names_ever_of([code for code, _name in subjects])
    text = "\n".join(texts)
    rules.check_unnamed(text, named=named_in(text, names, vocabulary(on=local_date(at))))


def _issue(campaign: Campaign, organisation_id: int, *, by: Actor, at: datetime) -> Order:
    parties = {
        "office": Party(organisation_id=accounts.credit_office().id),
        "lead": Party(organisation_id=campaign.lead_id),
        "member": Party(organisation_id=organisation_id),
    }
    about = rules.reference_of(campaign.pk, ends_on=campaign.ends_on)
    case_id = casework.open_case(ORDER.code, about=about, title=campaign.title, parties=parties, by=by, at=at)
    return Order.objects.create(case_id=case_id, campaign=campaign, organisation_id=organisation_id)


def _tell(organisation_id: int, title: Any, body: Any, *, at: datetime, case_id: int | None = None) -> None:
    to = Party(organisation_id=organisation_id)
    casework.send_notice(to, title=title, body=body, by=casework.PLATFORM, at=at, case_id=case_id)


def _finish(campaign: Campaign, by: Actor, at: datetime) -> None:
    rules.check_begun(campaign.starts_on, on=local_date(at))
    states = cases.states_of(Order.objects.filter(campaign=campaign).values_list("case_id", flat=True))
    if still_open := sum(1 for state in states.values() if not ORDER.is_final(state)):
        raise OrdersOpen(open=still_open)
    counts = queries.counts_of([campaign.pk])[campaign.pk]
    Tally.objects.create(campaign=campaign, outcomes=counts.outcomes)
    audit.note("campaigns.finished", str(campaign), by=by, at=at, outcomes=counts.outcomes)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=CITY_TIME)


EFFECTS: dict[str, Callable[[Campaign, Actor, datetime], None]] = {"approve": _launch, "finish": _finish}
