"""How a campaign is approved and ended, how a member works through its targets, how a typical case is published."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from chengxin.base.casework.rules import Procedure, State, Step, TimeAllowed, limited_by
from chengxin.registry.accounts.rules import Role
from chengxin.regulation.campaigns import policy

OFFICER = frozenset({Role.DEPARTMENT_OFFICER.value, Role.CREDIT_OFFICE_OPERATOR.value})
REVIEWER = frozenset({Role.DEPARTMENT_REVIEWER.value, Role.CREDIT_OFFICE_REVIEWER.value})
OFFICE_REVIEWER = frozenset({Role.CREDIT_OFFICE_REVIEWER.value})
DRAFTED, RUNNING, FINISHED = "drafted", "running", "finished"
ISSUED, REPORTED = "issued", "reported"
PROPOSED, PUBLISHED = "proposed", "published"
within = limited_by(policy.limit)


def _to_report(reference: str, day: date) -> TimeAllowed:
    return policy.time_to_report(reference, day)


CAMPAIGN = Procedure(
    code="campaign",
    name=_("专项整治"),
    parts=("lead", "office"),
    states=(
        State(DRAFTED, _("草案，等待信用办审核"), within("approve")),
        State(RUNNING, _("进行中")),
        State(FINISHED, _("已结束")),
        State("refused", _("未获批准")),
        State("withdrawn", _("已撤回")),
    ),
    opening=Step("draft", _("提出专项整治"), frozenset(), DRAFTED, "lead", OFFICER, notifies=("office",)),
    steps=(
        Step("approve", _("批准并下达任务"), frozenset({DRAFTED}), RUNNING, "office", OFFICE_REVIEWER,
             not_by_taker_of=frozenset({"draft"}), notifies=("lead",)),
        Step("refuse", _("不予批准"), frozenset({DRAFTED}), "refused", "office", OFFICE_REVIEWER,
             not_by_taker_of=frozenset({"draft"}), needs_reason=True, notifies=("lead",)),
        Step("withdraw", _("撤回草案"), frozenset({DRAFTED}), "withdrawn", "lead", OFFICER, notifies=("office",)),
        Step("finish", _("结束并总结"), frozenset({RUNNING}), FINISHED, "lead", REVIEWER,
             not_by_taker_of=frozenset({"draft"}), needs_reason=True, notifies=("office",)),
    ),
)  # fmt: skip

ORDER = Procedure(
    code="campaign-order",
    name=_("专项整治任务"),
    parts=("office", "lead", "member"),
    states=(
        State(ISSUED, _("参加单位核查中"), time_allowed_about=_to_report),
        State(REPORTED, _("已上报，等待牵头单位审核"), within("confirm")),
        State("confirmed", _("已完成")),
        State("stopped", _("已终止")),
    ),
    opening=Step("issue", _("下达任务"), frozenset(), ISSUED, "office", OFFICE_REVIEWER, notifies=("member",)),
    steps=(
        Step("report", _("上报结果"), frozenset({ISSUED}), REPORTED, "member", OFFICER, needs_reason=True,
             notifies=("lead",)),
        Step("send-back", _("退回补充核查"), frozenset({REPORTED}), ISSUED, "lead", REVIEWER,
             not_by_taker_of=frozenset({"report"}), needs_reason=True, notifies=("member",)),
        Step("confirm", _("审核通过"), frozenset({REPORTED}), "confirmed", "lead", REVIEWER,
             not_by_taker_of=frozenset({"report"}), notifies=("member",)),
        Step("stop", _("终止任务"), frozenset({ISSUED, REPORTED}), "stopped", "office", OFFICE_REVIEWER,
             needs_reason=True, notifies=("lead", "member")),
    ),
)  # fmt: skip

TYPICAL_CASE = Procedure(
    code="typical-case",
    name=_("典型案例"),
    parts=("author", "office"),
    states=(
        State(PROPOSED, _("等待信用办审核"), within("review")),
        State(PUBLISHED, _("已发布")),
        State("refused", _("不予发布")),
        State("withdrawn", _("提出单位撤回")),
    ),
    opening=Step("propose", _("提出典型案例"), frozenset(), "proposed", "author", OFFICER, notifies=("office",)),
    steps=(
        Step("publish", _("审核并发布"), frozenset({"proposed"}), PUBLISHED, "office", OFFICE_REVIEWER,
             not_by_taker_of=frozenset({"propose"}), notifies=("author",)),
        Step("refuse", _("不予发布"), frozenset({"proposed"}), "refused", "office", OFFICE_REVIEWER,
             not_by_taker_of=frozenset({"propose"}), needs_reason=True, notifies=("author",)),
        Step("withdraw", _("撤回案例"), frozenset({"proposed"}), "withdrawn", "author", OFFICER,
             notifies=("office",)),
    ),
)  # fmt: skip

TAKE_DOWN = Procedure(
    code="typical-case-removal",
    name=_("撤下典型案例"),
    parts=("author", "office"),
    states=(State("asked", _("已提出撤下")), State("taken-down", _("已撤下"))),
    opening=Step("ask", _("提出撤下"), frozenset(), "asked", "office", OFFICE_REVIEWER),
    steps=(
        Step(
            "take-down", _("撤下案例"), frozenset({"asked"}), "taken-down", "office", OFFICE_REVIEWER, needs_reason=True
        ),
    ),
)
