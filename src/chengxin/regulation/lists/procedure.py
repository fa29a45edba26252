"""How an entry on a list is proposed, heard and decided, by consent where it honours; how it is taken off early."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from chengxin.base.casework.rules import Need, Procedure, State, Step, TimeAllowed, limited_by
from chengxin.registry.accounts.rules import Role
from chengxin.regulation.lists import policy

OFFICER, REVIEWER = (
    frozenset({Role.DEPARTMENT_OFFICER.value, Role.CREDIT_OFFICE_OPERATOR.value}),
    frozenset({Role.DEPARTMENT_REVIEWER.value, Role.CREDIT_OFFICE_REVIEWER.value}),
)
OPEN = frozenset({"proposed", "defence", "defended", "hearing", "called", "heard"})
INVESTIGATING = frozenset({"propose", "serve", "answer"})
PREPARING = INVESTIGATING | {"call-hearing", "hold-hearing"}
within = limited_by(policy.limit)


def _to_defend(reference: str, day: date) -> TimeAllowed:
    return policy.time_to_defend(reference, day)


LIST_ENTRY = Procedure(
    code="list-entry",
    name=_("列入名单"),
    parts=("subject", "authority"),
    states=(
        State("proposed", _("已提出，等待送达事先告知书"), within("serve")),
        State("defence", _("已告知，等待陈述申辩"), time_allowed_about=_to_defend, on_silence="defence-over"),
        State("defended", _("已陈述申辩，等待核实答复"), within("answer")),
        State("hearing", _("已要求听证，等待通知时间地点"), within("call")),
        State("called", _("已通知听证，等待举行"), within("hear")),
        State("heard", _("等待审核员决定"), within("decide")),
        State("listed", _("已列入")),
        State("not-listed", _("决定不予列入")),
        State("dropped", _("已撤回提议")),
    ),
    opening=Step("propose", _("提出列入"), frozenset(), "proposed", "authority", OFFICER),
    steps=(
        Step("serve", _("送达事先告知书"), frozenset({"proposed"}), "defence", "authority", OFFICER,
             needs_reason=True, notifies=("subject",)),
        Step("defend", _("陈述申辩"), frozenset({"defence"}), "defended", "subject", needs_reason=True,
             notifies=("authority",)),
        Step("ask-hearing", _("要求听证"), frozenset({"defence", "defended", "heard"}), "hearing", "subject",
             needs_reason=True, notifies=("authority",)),
        Step("defence-over", _("逾期未陈述申辩"), frozenset({"defence"}), "heard", "", notifies=("authority",)),
        # From "heard" where a hearing went before the answer.
        Step("answer", _("核实并答复"), frozenset({"defended", "heard"}), "heard", "authority", OFFICER,
             needs_reason=True, notifies=("subject",)),
        # Again from "called" for another time; from "heard" where policy wants a hearing that nobody asked for.
        Step("call-hearing", _("通知听证的时间地点"), frozenset({"hearing", "called", "heard"}), "called", "authority",
             OFFICER, notifies=("subject",)),
        # 《行政处罚法》第六十四条第四项: by someone who is not of those that investigate the case.
        Step("hold-hearing", _("记录听证"), frozenset({"called"}), "heard", "authority", OFFICER,
             not_by_taker_of=INVESTIGATING, needs_reason=True, notifies=("subject",)),
        Step("list", _("决定列入"), frozenset({"heard"}), "listed", "authority", REVIEWER, not_by_taker_of=PREPARING,
             needs_reason=True),
        Step("not-list", _("决定不予列入"), frozenset({"heard"}), "not-listed", "authority", REVIEWER,
             not_by_taker_of=PREPARING, needs_reason=True),
        Step("drop", _("撤回提议"), OPEN, "dropped", "authority", OFFICER, needs_reason=True, notifies=("subject",)),
    ),
    needs=(
        Need("listed", frozenset({"serve"})), Need("not-listed", frozenset({"serve"})),
        Need("listed", frozenset({"defence-over", "answer", "hold-hearing"})),
    ),
)  # fmt: skip

LIST_REMOVAL = Procedure(
    code="list-removal",
    name=_("申请移出名单"),
    parts=("subject", "authority"),
    states=(
        State("applied", _("已申请，等待核实"), within("verify")),
        State("verified", _("已核实，等待审核员决定"), within("decide")),
        State("removed", _("已移出")),
        State("kept", _("决定不予移出")),
        State("withdrawn", _("申请人撤回")),
    ),
    opening=Step("apply", _("申请移出"), frozenset(), "applied", "subject", notifies=("authority",)),
    steps=(
        Step("verify", _("提出核实意见"), frozenset({"applied"}), "verified", "authority", OFFICER, needs_reason=True),
        Step("remove", _("决定移出"), frozenset({"verified"}), "removed", "authority", REVIEWER,
             not_by_taker_of=frozenset({"verify"}), needs_reason=True),
        Step("keep", _("决定不予移出"), frozenset({"verified"}), "kept", "authority", REVIEWER,
             not_by_taker_of=frozenset({"verify"}), needs_reason=True),
        Step("withdraw", _("撤回申请"), frozenset({"applied", "verified"}), "withdrawn", "subject",
             notifies=("authority",)),
    ),
)  # fmt: skip

LIST_REVOCATION = Procedure(
    code="list-revocation",
    name=_("撤销列入"),
    parts=("subject", "authority"),
    states=(
        State("proposed", _("已提出，等待审核员决定"), within("decide")),
        State("removed", _("已移出")),
        State("kept", _("维持列入")),
    ),
    opening=Step("propose-removal", _("提出移出"), frozenset(), "proposed", "authority", OFFICER, needs_reason=True),
    steps=(
        Step("remove", _("决定移出"), frozenset({"proposed"}), "removed", "authority", REVIEWER,
             not_by_taker_of=frozenset({"propose-removal"}), needs_reason=True),
        Step("keep", _("维持列入"), frozenset({"proposed"}), "kept", "authority", REVIEWER,
             not_by_taker_of=frozenset({"propose-removal"}), needs_reason=True),
    ),
)  # fmt: skip


LIST_HONOUR = Procedure(
    code="list-honour",
    name=_("经本人同意列入荣誉名单"),
    parts=("subject", "authority"),
    states=(
        State("asked", _("已提出，等待本人同意"), within("consent"), on_silence="lapse"),
        State("consented", _("本人已同意，等待审核员决定"), within("decide")),
        State("listed", _("已列入")),
        State("not-listed", _("决定不予列入")),
        State("declined", _("本人不同意，不列入")),
        State("lapsed", _("本人没有答复，不列入")),
        State("dropped", _("已撤回提议")),
    ),
    opening=Step("propose", _("提出列入"), frozenset(), "asked", "authority", OFFICER, notifies=("subject",)),
    steps=(
        Step("consent", _("同意列入并公开"), frozenset({"asked"}), "consented", "subject", notifies=("authority",)),
        Step("decline", _("不同意列入"), frozenset({"asked", "consented"}), "declined", "subject",
             notifies=("authority",)),
        Step("lapse", _("逾期未答复，不列入"), frozenset({"asked"}), "lapsed", "", notifies=("authority",)),
        Step("list", _("决定列入"), frozenset({"consented"}), "listed", "authority", REVIEWER,
             not_by_taker_of=frozenset({"propose"}), needs_reason=True),
        Step("not-list", _("决定不予列入"), frozenset({"consented"}), "not-listed", "authority", REVIEWER,
             not_by_taker_of=frozenset({"propose"}), needs_reason=True),
        Step("drop", _("撤回提议"), frozenset({"asked", "consented"}), "dropped", "authority", OFFICER,
             needs_reason=True, notifies=("subject",)),
    ),
    needs=(Need("listed", frozenset({"consent"})),),
)  # fmt: skip
