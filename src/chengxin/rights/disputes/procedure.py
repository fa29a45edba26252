"""How a dispute goes its way (异议处理流程), and how an authority takes back a record of a decision that fell."""

from django.utils.translation import gettext_lazy as _

from chengxin.base.casework.rules import Need, Procedure, State, Step, limited_by
from chengxin.registry.accounts.rules import Role
from chengxin.rights.disputes import policy

OFFICE = frozenset({Role.CREDIT_OFFICE_OPERATOR.value, Role.CREDIT_OFFICE_REVIEWER.value})
OFFICE_REVIEWER = frozenset({Role.CREDIT_OFFICE_REVIEWER.value})
OFFICER, REVIEWER = frozenset({Role.DEPARTMENT_OFFICER.value}), frozenset({Role.DEPARTMENT_REVIEWER.value})
BEFORE_DECISION = frozenset(
    {"submitted", "supplementing", "checking", "with-provider", "silent", "to-correct", "to-remove", "to-keep"}
)
SILENT = "silent"
ASKED = frozenset({"with-provider", SILENT})
ANSWERED = frozenset({"to-correct", "to-remove", "to-keep"})
ACCEPTED = frozenset({"accept"})
PROPOSED = frozenset({"propose-correction", "propose-removal", "propose-keeping"})
within = limited_by(policy.limit)


DISPUTE = Procedure(
    code="dispute",
    name=_("信用信息异议"),
    parts=("applicant", "office", "provider"),
    states=(
        State("submitted", _("已提出，等待信用办受理"), within("accept")),
        State("supplementing", _("等待申请人补正"), within("supplement"), on_silence="lapse"),
        State("checking", _("已受理，信用办自查"), within("check")),
        State("with-provider", _("提供单位核查中"), within("answer"), on_silence="note-silence"),
        State(SILENT, _("提供单位逾期未答复")),
        State("to-correct", _("拟更正，等待提供单位审核"), within("confirm")),
        State("to-remove", _("拟删除，等待提供单位审核"), within("confirm")),
        State("to-keep", _("拟维持，等待提供单位审核"), within("confirm")),
        State("kept", _("维持，可以向信用办申诉"), within("complain"), on_silence="rest"),
        State("in-review", _("信用办复核中"), within("review")),
        State("corrected", _("已更正")),
        State("removed", _("已删除")),
        State("upheld", _("维持，已结束")),
        State("not-accepted", _("未予受理")),
        State("withdrawn", _("申请人撤回")),
        State("lapsed", _("逾期未补正，已终止")),
    ),
    opening=Step("file", _("提出异议"), frozenset(), "submitted", "applicant", notifies=("office",)),
    steps=(
        Step("accept", _("受理"), frozenset({"submitted"}), "checking", "office", OFFICE),
        Step("ask", _("要求补正"), frozenset({"submitted"}), "supplementing", "office", OFFICE, needs_reason=True),
        Step("supplement", _("提交补正"), frozenset({"supplementing"}), "submitted", "applicant", needs_reason=True,
             notifies=("office",)),
        Step("not-accept", _("不予受理"), frozenset({"submitted"}), "not-accepted", "office", OFFICE,
             needs_reason=True),
        Step("lapse", _("逾期终止"), frozenset({"supplementing"}), "lapsed", "", then="disputes.tell_end"),
        Step("remove-own", _("平台自身差错，立即删除"), frozenset({"checking"}), "removed", "office", OFFICE_REVIEWER,
             not_by_taker_of=frozenset({"accept"}), needs_reason=True, notifies=("provider",)),
        Step("correct-own", _("平台自身差错，立即更正"), frozenset({"checking"}), "corrected", "office",
             OFFICE_REVIEWER, not_by_taker_of=frozenset({"accept"}), needs_reason=True, notifies=("provider",)),
        Step("ask-provider", _("转提供单位核查"), frozenset({"checking"}), "with-provider", "office", OFFICE),
        Step("note-silence", _("逾期未答复"), frozenset({"with-provider"}), SILENT, "",
             notifies=("applicant", "office", "provider"), then="disputes.suspend"),
        Step("propose-correction", _("拟更正"), ASKED, "to-correct", "provider", OFFICER, needs_reason=True),
        Step("propose-removal", _("拟删除"), ASKED, "to-remove", "provider", OFFICER, needs_reason=True),
        Step("propose-keeping", _("拟维持"), ASKED, "to-keep", "provider", OFFICER, needs_reason=True),
        Step("send-back", _("退回重新核查"), ANSWERED, "with-provider", "provider", REVIEWER, needs_reason=True),
        Step("correct", _("决定更正"), frozenset({"to-correct"}), "corrected", "provider", REVIEWER,
             not_by_taker_of=PROPOSED, notifies=("office",)),
        Step("remove", _("决定删除"), frozenset({"to-remove"}), "removed", "provider", REVIEWER,
             not_by_taker_of=PROPOSED, notifies=("office",)),
        Step("keep", _("决定维持"), frozenset({"to-keep"}), "kept", "provider", REVIEWER,
             not_by_taker_of=PROPOSED, notifies=("office",)),
        Step("complain", _("向信用办申诉"), frozenset({"kept"}), "in-review", "applicant", needs_reason=True,
             notifies=("office", "provider")),
        Step("rest", _("期满未申诉"), frozenset({"kept"}), "upheld", "", then="disputes.tell_end"),
        Step("uphold", _("维持原结论"), frozenset({"in-review"}), "upheld", "office", OFFICE_REVIEWER,
             needs_reason=True, notifies=("provider",)),
        Step("reopen", _("要求重新核查"), frozenset({"in-review"}), "with-provider", "office", OFFICE_REVIEWER,
             needs_reason=True),
        Step("withdraw", _("撤回异议"), BEFORE_DECISION, "withdrawn", "applicant", notifies=("office", "provider")),
    ),
    needs=(
        Need("corrected", ACCEPTED), Need("corrected", frozenset({"propose-correction", "correct-own"})),
        Need("removed", ACCEPTED), Need("removed", frozenset({"propose-removal", "remove-own"})),
        Need("kept", ACCEPTED), Need("kept", frozenset({"propose-keeping"})),
        Need("upheld", frozenset({"keep"})), Need("in-review", frozenset({"complain"})),
        Need("lapsed", frozenset({"ask"})),
    ),
)  # fmt: skip

PROPOSED_WITHDRAWAL = frozenset({"withdrawal-proposed", "objected"})

RECORD_WITHDRAWAL = Procedure(
    code="record-withdrawal",
    name=_("撤下记录"),
    parts=("applicant", "office", "provider"),
    states=(
        State("withdrawal-proposed", _("拟撤下，等待提供单位审核"), within("confirm")),
        State("objected", _("当事人已提出意见，等待提供单位审核"), within("confirm")),
        State("record-withdrawn", _("已撤下记录")),
        State("record-kept", _("不撤下")),
    ),
    opening=Step("propose-withdrawal", _("拟撤下记录"), frozenset(), "withdrawal-proposed", "provider", OFFICER,
                 needs_reason=True, notifies=("applicant", "office")),
    steps=(
        Step("object", _("提出意见"), frozenset({"withdrawal-proposed"}), "objected", "applicant", needs_reason=True,
             notifies=("provider",)),
        Step("withdraw-record", _("决定撤下"), PROPOSED_WITHDRAWAL, "record-withdrawn", "provider", REVIEWER,
             not_by_taker_of=frozenset({"propose-withdrawal"}), notifies=("office",)),
        Step("keep-record", _("不撤下"), PROPOSED_WITHDRAWAL, "record-kept", "provider", REVIEWER,
             not_by_taker_of=frozenset({"propose-withdrawal"}), needs_reason=True, notifies=("applicant", "office")),
    ),
    needs=(Need("record-withdrawn", frozenset({"propose-withdrawal"})),),
)  # fmt: skip
