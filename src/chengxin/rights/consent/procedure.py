"""How a complaint about an entry of the access log goes its way."""

from django.utils.translation import gettext_lazy as _

from chengxin.base.casework.rules import Procedure, State, Step
from chengxin.registry.accounts.rules import Role
from chengxin.rights.consent import policy

OFFICE = frozenset({Role.CREDIT_OFFICE_OPERATOR.value, Role.CREDIT_OFFICE_REVIEWER.value})
OPEN = frozenset({"submitted"})


ACCESS_COMPLAINT = Procedure(
    code="access-complaint",
    name=_("查询投诉"),
    parts=("applicant", "office"),
    states=(
        State("submitted", _("已提交，等待信用办处理"), policy.complaint_limit),
        State("upheld", _("查询不当，已处理")),
        State("dismissed", _("查询正当")),
        State("withdrawn", _("申请人撤回")),
    ),
    opening=Step("complain", _("投诉一次查询"), frozenset(), "submitted", "applicant", notifies=("office",)),
    steps=(
        Step("uphold", _("认定查询不当"), OPEN, "upheld", "office", OFFICE, needs_reason=True),
        Step("dismiss", _("认定查询正当"), OPEN, "dismissed", "office", OFFICE, needs_reason=True),
        Step("withdraw", _("撤回投诉"), OPEN, "withdrawn", "applicant", notifies=("office",)),
    ),
)  # fmt: skip
