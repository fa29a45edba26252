"""How an application for repair goes its way, and how a repair that was got by false materials is withdrawn."""

from django.utils.translation import gettext_lazy as _

from chengxin.base.casework.rules import Need, Procedure, State, Step, limited_by
from chengxin.registry.accounts.rules import Role
from chengxin.rights.repair import policy

OFFICE = frozenset({Role.CREDIT_OFFICE_OPERATOR.value, Role.CREDIT_OFFICE_REVIEWER.value})
OFFICER, REVIEWER = frozenset({Role.DEPARTMENT_OFFICER.value}), frozenset({Role.DEPARTMENT_REVIEWER.value})
OPEN = frozenset({"submitted", "supplementing", "verifying", "verifying-longer", "verified"})
WITH_PROVIDER = frozenset({"verifying", "verifying-longer"})
within = limited_by(policy.limit)


REPAIR = Procedure(
    code="repair",
    name=_("信用修复"),
    parts=("applicant", "office", "provider"),
    states=(
        State("submitted", _("已提交，等待信用办初核"), within("check")),
        State("supplementing", _("等待申请人补正"), within("supplement"), on_silence="lapse"),
        State("verifying", _("认定单位核实中"), within("verify")),
        State("verifying-longer", _("认定单位延长核实中"), within("verify_extended")),
        State("verified", _("已核实，等待认定单位决定"), within("decide")),
        State("granted", _("已准予修复")),
        State("refused", _("未予修复")),
        State("not-accepted", _("未予受理")),
        State("withdrawn", _("申请人撤回")),
        State("lapsed", _("逾期未补正，已终止")),
    ),
    opening=Step("apply", _("申请信用修复"), frozenset(), "submitted", "applicant", notifies=("office",)),
    steps=(
        Step("forward", _("受理并转认定单位"), frozenset({"submitted"}), "verifying", "office", OFFICE,
             notifies=("provider",)),
        Step("ask", _("要求补正"), frozenset({"submitted"}), "supplementing", "office", OFFICE,
             needs_reason=True),
        Step("supplement", _("提交补正"), frozenset({"supplementing"}), "submitted", "applicant", needs_reason=True,
             notifies=("office",)),
        Step("not-accept", _("不予受理"), frozenset({"submitted"}), "not-accepted", "office", OFFICE,
             needs_reason=True),
        Step("extend", _("延长核实期限"), frozenset({"verifying"}), "verifying-longer", "provider", OFFICER,
             needs_reason=True, notifies=("office",)),
        Step("verify", _("提出核实意见"), WITH_PROVIDER, "verified", "provider", OFFICER, needs_reason=True),
        Step("grant", _("准予修复"), frozenset({"verified"}), "granted", "provider", REVIEWER,
             not_by_taker_of=frozenset({"verify"}), notifies=("office",)),
        Step("refuse", _("不予修复"), frozenset({"verified"}), "refused", "provider", REVIEWER,
             not_by_taker_of=frozenset({"verify"}), needs_reason=True, notifies=("office",)),
        Step("withdraw", _("撤回申请"), OPEN, "withdrawn", "applicant", notifies=("office", "provider")),
        Step("lapse", _("逾期终止"), frozenset({"supplementing"}), "lapsed", "", then="repair.tell_end"),
    ),
    needs=(
        Need("granted", frozenset({"forward"})), Need("granted", frozenset({"verify"})),
        Need("refused", frozenset({"forward"})), Need("refused", frozenset({"verify"})),
        Need("lapsed", frozenset({"ask"})),
    ),
)  # fmt: skip

REPAIR_WITHDRAWAL = Procedure(
    code="repair-withdrawal",
    name=_("撤销信用修复"),
    parts=("applicant", "office", "provider"),
    states=(
        State("proposed", _("已告知，等待当事人陈述申辩"), within("hearing"), on_silence="hear-silence"),
        State("heard", _("等待认定单位决定"), within("decide")),
        State("repair-withdrawn", _("已撤销修复")),
        State("repair-kept", _("维持修复")),
    ),
    opening=Step("propose", _("拟撤销修复并告知"), frozenset(), "proposed", "provider", OFFICER,
                 needs_reason=True, notifies=("office",)),
    steps=(
        Step("state", _("陈述申辩"), frozenset({"proposed"}), "heard", "applicant", needs_reason=True,
             notifies=("provider",)),
        Step("hear-silence", _("逾期未陈述"), frozenset({"proposed"}), "heard", "", notifies=("provider",)),
        Step("withdraw-repair", _("撤销修复"), frozenset({"heard"}), "repair-withdrawn", "provider", REVIEWER,
             not_by_taker_of=frozenset({"propose"}), needs_reason=True, notifies=("office",)),
        Step("keep-repair", _("维持修复"), frozenset({"heard"}), "repair-kept", "provider", REVIEWER,
             not_by_taker_of=frozenset({"propose"}), needs_reason=True, notifies=("office",)),
    ),
    needs=(
        Need("repair-withdrawn", frozenset({"state", "hear-silence"})),
        Need("repair-kept", frozenset({"state", "hear-silence"})),
    ),
)  # fmt: skip

green = limited_by(policy.green_channel_limit)
OFFICE_OPERATOR = frozenset({Role.CREDIT_OFFICE_OPERATOR.value})
OFFICE_REVIEWER = frozenset({Role.CREDIT_OFFICE_REVIEWER.value})

REORGANISATION = Procedure(
    code="repair-reorganisation",
    name=_("破产重整信用修复（绿色通道）"),
    parts=("applicant", "office"),
    states=(
        State("submitted", _("已提交，等待信用办核对裁定"), green("check")),
        State("supplementing", _("等待申请人补正"), green("supplement"), on_silence="lapse"),
        State("ruling-checked", _("裁定已核对，等待决定"), green("decide")),
        State("suspended", _("已暂停公示和使用，计划执行中")),
        State("refused", _("未予暂停")),
        State("not-accepted", _("未予受理")),
        State("withdrawn", _("申请人撤回")),
        State("lapsed", _("逾期未补正，已终止")),
    ),
    opening=Step("apply", _("凭法院裁定申请"), frozenset(), "submitted", "applicant", notifies=("office",)),
    steps=(
        Step("ask", _("要求补正"), frozenset({"submitted"}), "supplementing", "office", OFFICE_OPERATOR,
             needs_reason=True),
        Step("supplement", _("提交补正"), frozenset({"supplementing"}), "submitted", "applicant", needs_reason=True,
             notifies=("office",)),
        Step("not-accept", _("不予受理"), frozenset({"submitted"}), "not-accepted", "office", OFFICE_OPERATOR,
             needs_reason=True),
        Step("check-ruling", _("核对裁定，提出意见"), frozenset({"submitted"}), "ruling-checked", "office",
             OFFICE_OPERATOR, needs_reason=True, notifies=("office",)),
        Step("suspend-records", _("决定暂停公示和使用"), frozenset({"ruling-checked"}), "suspended", "office",
             OFFICE_REVIEWER, not_by_taker_of=frozenset({"check-ruling"}), needs_reason=True),
        Step("refuse", _("决定不予暂停"), frozenset({"ruling-checked"}), "refused", "office", OFFICE_REVIEWER,
             not_by_taker_of=frozenset({"check-ruling"}), needs_reason=True),
        Step("withdraw", _("撤回申请"), frozenset({"submitted", "supplementing", "ruling-checked"}), "withdrawn",
             "applicant", notifies=("office",)),
        Step("lapse", _("逾期终止"), frozenset({"supplementing"}), "lapsed", "", then="repair.tell_reorganisation_end"),
    ),
    needs=(
        Need("suspended", frozenset({"check-ruling"})), Need("refused", frozenset({"check-ruling"})),
        Need("lapsed", frozenset({"ask"})),
    ),
)  # fmt: skip

PERFORMANCE = Procedure(
    code="repair-plan-performed",
    name=_("重整计划执行完毕的信用修复"),
    parts=("applicant", "office"),
    states=(
        State("reported", _("已报告执行完毕，等待核实"), green("performance")),
        State("performance-checked", _("已核实，等待决定"), green("decide")),
        State("repaired-after-plan", _("已准予修复")),
        State("not-performed-yet", _("尚未认定执行完毕")),
    ),
    opening=Step("report-performed", _("报告计划执行完毕"), frozenset(), "reported", "applicant", needs_reason=True,
                 notifies=("office",)),
    steps=(
        Step("check-performance", _("核实执行情况，提出意见"), frozenset({"reported"}), "performance-checked", "office",
             OFFICE_OPERATOR, needs_reason=True, notifies=("office",)),
        Step("repair-records", _("决定准予修复"), frozenset({"performance-checked"}), "repaired-after-plan", "office",
             OFFICE_REVIEWER, not_by_taker_of=frozenset({"check-performance"}), needs_reason=True),
        Step("not-performed", _("尚不能认定执行完毕"), frozenset({"performance-checked"}), "not-performed-yet",
             "office", OFFICE_REVIEWER, not_by_taker_of=frozenset({"check-performance"}), needs_reason=True),
    ),
    needs=(
        Need("repaired-after-plan", frozenset({"check-performance"})),
        Need("not-performed-yet", frozenset({"check-performance"})),
    ),
)  # fmt: skip

FAILURE = Procedure(
    code="repair-plan-failed",
    name=_("终止重整暂停公示"),
    parts=("applicant", "office"),
    states=(
        State("restoring-proposed", _("已告知，等待当事人陈述申辩"), green("hearing"), on_silence="hear-silence"),
        State("heard", _("等待决定"), green("decide")),
        State("restored", _("已恢复公示")),
        State("suspension-kept", _("继续暂停公示")),
    ),
    opening=Step("propose-restoring", _("拟恢复公示并告知"), frozenset(), "restoring-proposed", "office",
                 OFFICE_OPERATOR, needs_reason=True),
    steps=(
        Step("state", _("陈述申辩"), frozenset({"restoring-proposed"}), "heard", "applicant", needs_reason=True,
             notifies=("office",)),
        Step("hear-silence", _("逾期未陈述"), frozenset({"restoring-proposed"}), "heard", "", notifies=("office",)),
        Step("restore-records", _("恢复公示"), frozenset({"heard"}), "restored", "office", OFFICE_REVIEWER,
             not_by_taker_of=frozenset({"propose-restoring"}), needs_reason=True),
        Step("keep-suspended", _("继续暂停"), frozenset({"heard"}), "suspension-kept", "office", OFFICE_REVIEWER,
             not_by_taker_of=frozenset({"propose-restoring"}), needs_reason=True),
    ),
    needs=(
        Need("restored", frozenset({"state", "hear-silence"})),
        Need("suspension-kept", frozenset({"state", "hear-silence"})),
    ),
)  # fmt: skip
