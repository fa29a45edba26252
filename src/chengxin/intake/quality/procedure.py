"""How a work order about wrong codes goes its way (重错码工单)."""

from django.utils.translation import gettext_lazy as _

from chengxin.base.casework.rules import Procedure, State, Step, limited_by
from chengxin.intake.quality import policy
from chengxin.registry.accounts.rules import Role

OFFICER = frozenset({Role.DEPARTMENT_OFFICER.value, Role.CREDIT_OFFICE_OPERATOR.value})
OFFICE = frozenset({Role.CREDIT_OFFICE_OPERATOR.value, Role.CREDIT_OFFICE_REVIEWER.value})
SERVICE = "quality-service"  # the platform itself, when hand-ins show something; no person holds it
BY_SERVICE = frozenset({SERVICE})
ISSUED, EXPLAINED, MENDED = "issued", "explained", "mended"
within = limited_by(policy.limit)


CODE_ORDER = Procedure(
    code="code-order",
    name=_("重错码工单"),
    parts=("office", "provider"),
    states=(
        State(ISSUED, _("提供单位核对、更正中"), within("mend")),
        State(EXPLAINED, _("提供单位已说明，等待信用办确认"), within("confirm")),
        State(MENDED, _("全部更正，自动办结")),
        State("settled", _("说明成立，已办结")),
    ),
    opening=Step("issue", _("下达工单"), frozenset(), ISSUED, "office", BY_SERVICE, notifies=("provider",)),
    steps=(
        Step("close", _("更正数据已收到"), frozenset({ISSUED, EXPLAINED}), MENDED, "office", BY_SERVICE,
             notifies=("provider",)),
        Step("explain", _("说明不能更正的原因"), frozenset({ISSUED}), EXPLAINED, "provider", OFFICER,
             needs_reason=True, notifies=("office",)),
        Step("settle", _("确认说明，办结"), frozenset({EXPLAINED}), "settled", "office", OFFICE,
             not_by_taker_of=frozenset({"explain"}), notifies=("provider",)),
        Step("send-back", _("退回继续更正"), frozenset({EXPLAINED}), ISSUED, "office", OFFICE,
             needs_reason=True, notifies=("provider",)),
    ),
)  # fmt: skip
