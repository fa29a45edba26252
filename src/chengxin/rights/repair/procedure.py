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
