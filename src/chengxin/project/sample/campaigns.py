"""A fictional campaign of the demo city, half done: some targets checked, one typical case published."""

from datetime import datetime, timedelta

from chengxin.base.clock import local_date
from chengxin.project.sample.records import MARKET
from chengxin.registry.accounts import queries as organisations
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.regulation.campaigns import queries, services, telling
from chengxin.regulation.campaigns.rules import Plan, Selection

CHECKED = 3


def run(*, at: datetime) -> None:
    """Propose, approve and half carry out the campaign, each step by another fictional official."""
    market = next(o for o in organisations.organisations() if o.name_zh == MARKET)
    officer = _official(market.code, Role.DEPARTMENT_OFFICER)
    reviewer = _official(organisations.credit_office().code, Role.CREDIT_OFFICE_REVIEWER)
    today = local_date(at)
    selection = Selection("penalty-organisation", severities=("general", "serious"), since=today - timedelta(days=120))
    if not queries.selected(selection, on=today):
        return
    campaign_id = services.propose(
        "market-order",
        Plan(
            title="虚假宣传专项整治（虚构）",
            basis="《中华人民共和国反不正当竞争法》第八条、《中华人民共和国广告法》第二十八条",
            criteria="近四个月内因违法经营被处罚的经营者，核查是否已经改正；未改正的依法处理（虚构）",
            starts_on=today - timedelta(days=20),
            ends_on=today + timedelta(days=70),
            members=(market.id,),
            selection=selection,
        ),
        by=officer,
        at=at,
    )
    case_id = queries.campaign_of(campaign_id, actor=officer).case_id
    services.take(case_id, "approve", by=reviewer, at=at)
    targets = queries.targets_of(campaign_id, actor=officer, organisation_id=market.id, size=CHECKED).rows
    for number, target in enumerate(targets):
        outcome = "being-corrected" if number == CHECKED - 1 else "corrected"
        services.record_result(target.id, outcome=outcome, found="现场核查，宣传内容已撤换（虚构）", by=officer, at=at)
    order_id = next(p.order_id for p in queries.progress_of(campaign_id, on=today) if p.organisation_id == market.id)
    chosen = telling.chosen_target(targets[0].id, order_id=order_id, on=today)
    told = services.propose_case(
        order_id,
        target_id=targets[0].id,
        record=next(r.natural_key for r in chosen.records),
        title="夸大宣传被处罚，主动改正（虚构）",
        text="某公司在门店和网页上使用没有依据的宣传用语，被依法处罚后撤下全部内容，并向消费者作了说明。",
        lesson="宣传里的数字、荣誉和效果都要有依据，证明材料要留存。",
        by=officer,
        at=at,
    )
    services.take_in_typical_case(told, "publish", by=reviewer, at=at)


def _official(code: str, role: Role) -> Actor:
    found = organisations.actor_of_organisation(code, roles=frozenset({role}), name=f"sample-{role.value}")
    assert found is not None
    return found
