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


class NotMergeable(ChengxinError):
    """The same entry twice, of different kinds, merged already, or one in which others stand."""

    code = "subjects-not-mergeable"
    status = 409
    message: Any = _("这两个主体不能这样合并。")
    hint: Any = _("两个代码须是同一类别的不同主体，且都没有并入别的主体；已有主体并入的，请以它为保留的主体。")


class MergeNotOpen(ChengxinError):
    """The merge is not in a state in which this can be done to it."""

    code = "merge-not-open"
    status = 409
    message: Any = _("这一合并现在的状态不能这样办理。")
    hint: Any = _("请刷新页面查看现在的状态。")


class MergeProposed(ChengxinError):
    code = "merge-proposed-already"
    status = 409
    message: Any = _("其中一个主体已有待审核的合并。")
    hint: Any = _("请先由另一名审核员决定那一件。")


class OwnMerge(ChengxinError):
    code = "own-merge"
    status = 403
    message: Any = _("提出合并的人不能自己审核。")
    hint: Any = _("请由另一名信用办审核员决定。")


class UnknownSubject(ChengxinError):
    code = "unknown-subject"
    status = 422
    message: Any = _("没有代码为 {code} 的主体。")
    hint: Any = _("请填写两个主体现在登记的代码。")
