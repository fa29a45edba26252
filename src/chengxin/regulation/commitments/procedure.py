"""How a commitment is found kept or broken, what follows a breach, and how an association's letter is approved."""

from django.utils.translation import gettext_lazy as _

from chengxin.base.casework.rules import Need, Procedure, State, Step, limited_by
from chengxin.registry.accounts.rules import Role
from chengxin.regulation.commitments import policy

ASSOCIATION = frozenset({Role.ASSOCIATION_OFFICER.value})
OFFICER = frozenset({Role.DEPARTMENT_OFFICER.value, Role.CREDIT_OFFICE_OPERATOR.value}) | ASSOCIATION
REVIEWER = frozenset({Role.DEPARTMENT_REVIEWER.value, Role.CREDIT_OFFICE_REVIEWER.value}) | ASSOCIATION
OFFICE = frozenset({Role.CREDIT_OFFICE_OPERATOR.value, Role.CREDIT_OFFICE_REVIEWER.value})
PREPARED = frozenset({"propose-breach", "order-rectification", "forward"})
within, review_within = limited_by(policy.limit), limited_by(policy.review_limit)


FULFILMENT = Procedure(
    code="commitment-fulfilment",
    name=_("信用承诺履行认定"),
    parts=("promisor", "authority"),
    states=(
        State("proposed", _("等待另一名工作人员确认"), within("confirm")),
        State("fulfilled", _("认定已履行")),
        State("returned", _("退回，继续履行")),
    ),
    opening=Step("propose-fulfilled", _("提出已履行"), frozenset(), "proposed", "authority", OFFICER),
    steps=(
        Step("confirm-fulfilled", _("确认已履行"), frozenset({"proposed"}), "fulfilled", "authority", REVIEWER,
             not_by_taker_of=frozenset({"propose-fulfilled"})),
        Step("return", _("退回"), frozenset({"proposed"}), "returned", "authority", REVIEWER,
             not_by_taker_of=frozenset({"propose-fulfilled"}), needs_reason=True),
    ),
)  # fmt: skip

BREACH = Procedure(
    code="commitment-breach",
    name=_("信用承诺违诺认定"),
    parts=("promisor", "authority"),
    states=(
        State("told", _("已告知，等待陈述申辩"), within("defence"), on_silence="no-defence"),
        State("heard", _("陈述申辩后，等待经办员办理"), within("handle")),
        State("rectifying", _("限期整改中"), within("rectify"), on_silence="time-over"),
        State("rectified", _("整改期满，等待经办员办理"), within("review")),
        State("deciding", _("等待另一名工作人员决定"), within("decide")),
        State("breached", _("认定未履行")),
        State("partly", _("认定部分履行")),
        State("not-breached", _("不予认定违诺")),
        State("dropped", _("撤回拟认定")),
    ),
    opening=Step("propose-breach", _("拟认定未履行并告知"), frozenset(), "told", "authority", OFFICER,
                 needs_reason=True),
    steps=(
        Step("state", _("陈述申辩"), frozenset({"told"}), "heard", "promisor", needs_reason=True,
             notifies=("authority",)),
        Step("no-defence", _("逾期未陈述申辩"), frozenset({"told"}), "heard", "", notifies=("authority",)),
        Step("order-rectification", _("责令限期整改"), frozenset({"heard"}), "rectifying", "authority", OFFICER,
             needs_reason=True),
        Step("report-mended", _("提交整改情况"), frozenset({"rectifying"}), "rectified", "promisor",
             needs_reason=True, notifies=("authority",)),
        Step("time-over", _("整改期满"), frozenset({"rectifying"}), "rectified", "", notifies=("authority",)),
        Step("forward", _("提出意见，提交决定"), frozenset({"heard", "rectified"}), "deciding", "authority", OFFICER,
             needs_reason=True),
        Step("drop", _("撤回拟认定"), frozenset({"told", "heard", "rectified"}), "dropped", "authority", OFFICER,
             needs_reason=True),
        Step("find-breached", _("认定未履行"), frozenset({"deciding"}), "breached", "authority", REVIEWER,
             not_by_taker_of=PREPARED, needs_reason=True),
        Step("find-partly", _("认定部分履行"), frozenset({"deciding"}), "partly", "authority", REVIEWER,
             not_by_taker_of=PREPARED, needs_reason=True),
        Step("find-kept", _("不予认定违诺"), frozenset({"deciding"}), "not-breached", "authority", REVIEWER,
             not_by_taker_of=PREPARED, needs_reason=True),
    ),
    needs=(
        Need("breached", frozenset({"state", "no-defence"})),
        Need("partly", frozenset({"state", "no-defence"})),
        Need("breached", frozenset({"forward"})),
        Need("partly", frozenset({"forward"})),
    ),
)  # fmt: skip

FOLLOW_UP = Procedure(
    code="commitment-task",
    name=_("违诺后续处理"),
    parts=("authority", "department"),
    states=(
        State("assigned", _("等待主管部门办理"), within("task")),
        State("reported", _("已报结果，等待本部门审核"), within("confirm")),
        State("done", _("已办结")),
        State("called-off", _("认定撤销，任务终止")),
    ),
    opening=Step("assign", _("交主管部门办理"), frozenset(), "assigned", "authority", REVIEWER,
                 notifies=("department",)),
    steps=(
        Step("report-result", _("报告办理结果"), frozenset({"assigned"}), "reported", "department",
             frozenset({Role.DEPARTMENT_OFFICER.value}), needs_reason=True),
        Step("send-back", _("退回补充办理"), frozenset({"reported"}), "assigned", "department",
             frozenset({Role.DEPARTMENT_REVIEWER.value}), needs_reason=True),
        Step("confirm-result", _("确认办理结果"), frozenset({"reported"}), "done", "department",
             frozenset({Role.DEPARTMENT_REVIEWER.value}), not_by_taker_of=frozenset({"report-result"}),
             notifies=("authority",)),
        Step("call-off", _("认定撤销，终止任务"), frozenset({"assigned", "reported"}), "called-off", "authority",
             REVIEWER, needs_reason=True, notifies=("department",)),
    ),
)  # fmt: skip

REVIEW = Procedure(
    code="commitment-review",
    name=_("违诺认定复核"),
    parts=("promisor", "authority"),
    states=(
        State("asked", _("等待经办员提出复核意见"), review_within("opinion")),
        State("advised", _("等待没有参与原认定的工作人员决定"), review_within("decision")),
        State("upheld", _("维持认定")),
        State("revoked", _("认定已撤销")),
        State("restored", _("认定不变，恢复适用告知承诺制")),
        State("taken-back", _("申请人撤回")),
    ),
    opening=Step("ask-review", _("申请复核"), frozenset(), "asked", "promisor", needs_reason=True,
                 notifies=("authority",)),
    steps=(
        Step("advise", _("提出复核意见"), frozenset({"asked"}), "advised", "authority", OFFICER, needs_reason=True),
        Step("uphold", _("维持认定"), frozenset({"advised"}), "upheld", "authority", REVIEWER,
             not_by_taker_of=frozenset({"advise"}), needs_reason=True),
        Step("revoke-finding", _("撤销认定"), frozenset({"advised"}), "revoked", "authority", REVIEWER,
             not_by_taker_of=frozenset({"advise"}), needs_reason=True),
        Step("restore", _("认定不变，恢复适用告知承诺制"), frozenset({"advised"}), "restored", "authority", REVIEWER,
             not_by_taker_of=frozenset({"advise"}), needs_reason=True),
        Step("take-back", _("撤回申请"), frozenset({"asked", "advised"}), "taken-back", "promisor",
             notifies=("authority",)),
    ),
    needs=(
        Need("upheld", frozenset({"advise"})), Need("revoked", frozenset({"advise"})),
        Need("restored", frozenset({"advise"})),
    ),
)  # fmt: skip

ASSOCIATION_LETTER = Procedure(
    code="association-letter",
    name=_("行业自律承诺书审核"),
    parts=("association", "office"),
    states=(
        State("submitted", _("等待信用办审核"), within("approve")),
        State("approved", _("审核通过，可以签署")),
        State("rejected", _("审核不通过")),
        State("taken-back", _("协会撤回")),
    ),
    opening=Step("submit", _("提交审核"), frozenset(), "submitted", "association", ASSOCIATION,
                 notifies=("office",)),
    steps=(
        Step("approve", _("审核通过"), frozenset({"submitted"}), "approved", "office", OFFICE,
             notifies=("association",)),
        Step("reject", _("审核不通过"), frozenset({"submitted"}), "rejected", "office", OFFICE, needs_reason=True,
             notifies=("association",)),
        Step("take-back", _("撤回"), frozenset({"submitted"}), "taken-back", "association", ASSOCIATION),
    ),
)  # fmt: skip
