"""How a line of the plan is approved, a visit goes from draw to publication, and what failed is followed up."""

from datetime import date
from functools import partial

from django.utils.translation import gettext_lazy as _

from chengxin.base.casework.rules import Need, Procedure, State, Step, TimeAllowed
from chengxin.registry.accounts.rules import Role
from chengxin.regulation.inspections import policy

OFFICER = frozenset({Role.DEPARTMENT_OFFICER.value})
REVIEWER = frozenset({Role.DEPARTMENT_REVIEWER.value})
OFFICE_REVIEWER = frozenset({Role.CREDIT_OFFICE_REVIEWER.value})
DRAFTED, APPROVED = "drafted", "approved"
ASSIGNED, RECORDED, PUBLISHED = "assigned", "recorded", "published"
ORDERED, REPORTED = "ordered", "reported"


def _limit(step: str, day: date) -> TimeAllowed:
    return policy.limit(step, day)


def within(step: str) -> partial[TimeAllowed]:
    """The time that policy allows for `step`."""
    return partial(_limit, step)


PLAN = Procedure(
    code="inspection-plan",
    name=_("抽查计划"),
    parts=("lead", "office"),
    states=(
        State(DRAFTED, _("草案，等待信用办审核"), within("approve")),
        State(APPROVED, _("已批准，可以抽取")),
        State("closed", _("已结束")),
        State("refused", _("未获批准")),
        State("withdrawn", _("已撤回")),
    ),
    opening=Step("draft", _("提出抽查计划"), frozenset(), DRAFTED, "lead", OFFICER, notifies=("office",)),
    steps=(
        Step("approve", _("批准计划"), frozenset({DRAFTED}), APPROVED, "office", OFFICE_REVIEWER,
             not_by_taker_of=frozenset({"draft"}), notifies=("lead",)),
        Step("refuse", _("不予批准"), frozenset({DRAFTED}), "refused", "office", OFFICE_REVIEWER,
             not_by_taker_of=frozenset({"draft"}), needs_reason=True, notifies=("lead",)),
        Step("withdraw", _("撤回草案"), frozenset({DRAFTED}), "withdrawn", "lead", OFFICER, notifies=("office",)),
        Step("close", _("结束计划"), frozenset({APPROVED}), "closed", "lead", REVIEWER, needs_reason=True,
             notifies=("office",)),
    ),
)  # fmt: skip

VISIT = Procedure(
    code="inspection-visit",
    name=_("随机检查"),
    parts=("lead",),
    states=(
        State(ASSIGNED, _("等待检查"), within("visit")),
        State(RECORDED, _("结果已提交，等待审核公示"), within("publish")),
        State(PUBLISHED, _("结果已公示")),
        State("cancelled", _("已取消")),
    ),
    opening=Step("assign", _("抽取产生检查任务"), frozenset(), ASSIGNED, "lead", OFFICER | REVIEWER),
    steps=(
        Step("record", _("提交检查结果"), frozenset({ASSIGNED}), RECORDED, "lead", OFFICER, notifies=("lead",)),
        Step("publish", _("审核并公示结果"), frozenset({RECORDED}), PUBLISHED, "lead", REVIEWER,
             not_by_taker_of=frozenset({"record"})),
        Step("return", _("退回更正"), frozenset({RECORDED}), ASSIGNED, "lead", REVIEWER,
             not_by_taker_of=frozenset({"record"}), needs_reason=True, notifies=("lead",)),
        Step("cancel", _("取消检查"), frozenset({ASSIGNED}), "cancelled", "lead", REVIEWER, needs_reason=True),
    ),
    needs=(Need(PUBLISHED, frozenset({"record"})),),
)  # fmt: skip

FOLLOW_UP = Procedure(
    code="inspection-follow-up",
    name=_("检查发现问题的整改"),
    parts=("inspected", "department"),
    states=(
        State(ORDERED, _("限期整改中"), within("rectify"), on_silence="time-over"),
        State(REPORTED, _("等待复查"), within("reinspect")),
        State("passed", _("复查合格")),
        State("transferred", _("未改正，已移送处理")),
    ),
    opening=Step("order", _("责令限期整改"), frozenset(), ORDERED, "department", REVIEWER, needs_reason=True,
                 notifies=("inspected",)),
    steps=(
        Step("report-mended", _("提交整改情况"), frozenset({ORDERED}), REPORTED, "inspected", needs_reason=True,
             notifies=("department",)),
        Step("time-over", _("整改期满"), frozenset({ORDERED}), REPORTED, "", notifies=("department",)),
        Step("pass", _("复查合格"), frozenset({REPORTED}), "passed", "department", OFFICER, needs_reason=True,
             notifies=("inspected",)),
        Step("order-again", _("复查不合格，再次限期整改"), frozenset({REPORTED}), ORDERED, "department", OFFICER,
             needs_reason=True, notifies=("inspected",)),
        Step("transfer", _("移送处理"), frozenset({REPORTED}), "transferred", "department", REVIEWER,
             needs_reason=True, notifies=("inspected",)),
    ),
)  # fmt: skip
