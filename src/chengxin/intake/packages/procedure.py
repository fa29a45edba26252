"""How rows that a platform above returned are mended: a work order to their provider, closed by the credit office."""

from datetime import date
from functools import partial

from django.utils.translation import gettext_lazy as _

from chengxin.base.casework.rules import Procedure, State, Step, TimeAllowed
from chengxin.intake.packages import policy
from chengxin.registry.accounts.rules import Role

OFFICER = frozenset({Role.DEPARTMENT_OFFICER.value})
OFFICE = frozenset({Role.CREDIT_OFFICE_OPERATOR.value, Role.CREDIT_OFFICE_REVIEWER.value})
RETURNED = "returned"


def _limit(step: str, day: date) -> TimeAllowed:
    return policy.limit(step, day)


def within(step: str) -> partial[TimeAllowed]:
    """The time that policy allows for `step`."""
    return partial(_limit, step)


RETURNED_ROWS = Procedure(
    code="returned-rows",
    name=_("上报退回整改"),
    parts=("office", "provider"),
    states=(
        State(RETURNED, _("等待提供单位整改"), within("mend")),
        State("mended", _("已整改，等待信用办核实"), within("confirm")),
        State("contested", _("提供单位认为无误，等待信用办核实"), within("confirm")),
        State("settled", _("已办结")),
    ),
    opening=Step("return-rows", _("转提供单位整改"), frozenset(), RETURNED, "office", OFFICE, notifies=("provider",)),
    steps=(
        Step("report-mended", _("已更正并重新报送"), frozenset({RETURNED}), "mended", "provider", OFFICER,
             notifies=("office",)),
        Step("contest", _("认为无误"), frozenset({RETURNED}), "contested", "provider", OFFICER, needs_reason=True,
             notifies=("office",)),
        Step("send-back", _("退回重新整改"), frozenset({"mended", "contested"}), RETURNED, "office", OFFICE,
             needs_reason=True, notifies=("provider",)),
        Step("settle", _("核实办结"), frozenset({"mended", "contested"}), "settled", "office", OFFICE,
             notifies=("provider",)),
    ),
)  # fmt: skip
