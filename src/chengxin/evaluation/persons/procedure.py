"""How an offer to natural persons takes effect, and how it ends: one official of the credit office puts it forward,
another decides."""

from django.utils.translation import gettext_lazy as _

from chengxin.base.casework.rules import Need, Procedure, State, Step, limited_by
from chengxin.evaluation.persons import policy
from chengxin.registry.accounts.rules import Role

OPERATOR = frozenset({Role.CREDIT_OFFICE_OPERATOR.value})
REVIEWER = frozenset({Role.CREDIT_OFFICE_REVIEWER.value})
PROPOSED, APPROVED, ENDED = "proposed", "approved", "ended"
OVER = frozenset({"refused", "withdrawn"})
within = limited_by(policy.limit)


PERSON_OFFER = Procedure(
    code="person-offer",
    name=_("守信便利审批"),
    parts=("office",),
    states=(
        State(PROPOSED, _("已提出，等待另一名工作人员审批"), within("approve")),
        State(APPROVED, _("已批准")),
        State("refused", _("未获批准")),
        State("withdrawn", _("已撤回")),
    ),
    opening=Step("propose", _("提出便利清单"), frozenset(), PROPOSED, "office", OPERATOR),
    steps=(
        Step("approve", _("批准便利清单"), frozenset({PROPOSED}), APPROVED, "office", REVIEWER,
             not_by_taker_of=frozenset({"propose"}), needs_reason=True),
        Step("refuse", _("不批准便利清单"), frozenset({PROPOSED}), "refused", "office", REVIEWER,
             not_by_taker_of=frozenset({"propose"}), needs_reason=True),
        Step("withdraw", _("撤回便利清单"), frozenset({PROPOSED}), "withdrawn", "office", OPERATOR),
    ),
    needs=(Need(APPROVED, frozenset({"propose"})),),
)  # fmt: skip


PERSON_OFFER_END = Procedure(
    code="person-offer-end",
    name=_("守信便利终止"),
    parts=("office",),
    states=(
        State(PROPOSED, _("已提出终止，等待另一名工作人员决定"), within("end")),
        State(ENDED, _("已决定终止")),
        State("kept", _("不终止，继续提供")),
        State("withdrawn", _("已撤回")),
    ),
    opening=Step("propose", _("提出终止便利清单"), frozenset(), PROPOSED, "office", OPERATOR, needs_reason=True),
    steps=(
        Step("end", _("终止便利清单"), frozenset({PROPOSED}), ENDED, "office", REVIEWER,
             not_by_taker_of=frozenset({"propose"}), needs_reason=True),
        Step("keep", _("不终止"), frozenset({PROPOSED}), "kept", "office", REVIEWER,
             not_by_taker_of=frozenset({"propose"}), needs_reason=True),
        Step("withdraw", _("撤回终止"), frozenset({PROPOSED}), "withdrawn", "office", OPERATOR),
    ),
    needs=(Need(ENDED, frozenset({"propose"})),),
)  # fmt: skip
