"""Why a row cannot be tied, released or returned, and why weights cannot be proposed or decided."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class NotWaiting(ChengxinError):
    code = "row-not-waiting"
    status = 409
    message: Any = _("这一行已经关联，不能再决定。")
    hint: Any = _("如关联有误，请先解除关联。")


class NotReleasable(ChengxinError):
    code = "row-not-tied"
    status = 409
    message: Any = _("这一行没有关联，不能解除。")
    hint: Any = _("请刷新页面查看现在的状态。")


class UnknownCandidate(ChengxinError):
    """Neither one of the row's candidates nor an organisation of the register that may be seen."""

    code = "unknown-candidate"
    status = 422
    message: Any = _("请选择一个候选主体，或者填写登记在册的法人、非法人组织的统一社会信用代码。")
    hint: Any = _("自然人和个体工商户不在此处关联，请退回报送单位补填代码。")


class ReasonMissing(ChengxinError):
    code = "reason-missing"
    status = 422
    message: Any = _("请写明理由。")
    hint: Any = _("报送单位会看到这段话，请写清缺什么、怎么补。")


class RowRejected(ChengxinError):
    """The row with its code does not pass the catalogue's rules that are in force now."""

    code = "row-rejected"
    status = 422
    message: Any = _("这一行补上代码后没有通过校验：{fault}")
    hint: Any = _("请退回报送单位改正后重新报送。")


class TooFewDecisions(ChengxinError):
    code = "too-few-decisions"
    status = 409
    message: Any = _("新的人工决定还不到 {needed} 个，现有 {have} 个。")
    hint: Any = _("决定积累到这个数目后再提出新权重。")


class NotProposed(ChengxinError):
    """No weights with that number await a decision."""

    code = "weights-not-proposed"
    status = 409
    message: Any = _("这一版权重不在待审核状态。")
    hint: Any = _("请刷新页面查看现在的状态。")


class OwnProposal(ChengxinError):
    code = "own-weights"
    status = 403
    message: Any = _("提出新权重的人不能自己审核。")
    hint: Any = _("请由另一名信用办审核员决定。")
