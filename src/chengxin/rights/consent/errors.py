"""Why a query is not made or a consent not taken."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class PurposeNotOpen(ChengxinError):
    """The purpose does not open this query to this role."""

    code = "purpose-not-open"
    status = 403
    message: Any = _("这个用途不允许您作这样的查询。")
    hint: Any = _("请选择您的职责所对应的用途，或者先取得本人授权。")


class RequestTooWide(ChengxinError):
    """More items, time or queries than the purpose allows."""

    code = "request-too-wide"
    status = 422
    message: Any = _("请选择这个用途允许的信息；最长 {days} 天，最多 {queries} 次。")
    hint: Any = _("只请求这次用途必需的信息、时间和次数。")


class ConsentEnded(ChengxinError):
    code = "consent-ended"
    status = 403
    message: Any = _("授权已经撤回或者到期，不能再查询。")
    hint: Any = _("需要时请重新请求本人授权。")


class ConsentNotYet(ChengxinError):
    code = "consent-not-yet"
    status = 403
    message: Any = _("授权的期间还没有开始。")
    hint: Any = _("请在授权的期间内查询。")


class QueriesUsed(ChengxinError):
    code = "queries-used"
    status = 403
    message: Any = _("授权的 {queries} 次查询已经用完。")
    hint: Any = _("需要时请重新请求本人授权。")


class SignatureMissing(ChengxinError):
    code = "signature-missing"
    status = 422
    message: Any = _("请阅读授权内容，勾选同意并签名。")
    hint: Any = _("签名请写您的姓名；您也可以不同意。")


class WordingChanged(ChengxinError):
    """The wording that was read is not the one in force any more."""

    code = "wording-changed"
    status = 409
    message: Any = _("授权书的内容已经更新。")
    hint: Any = _("请重新阅读后再签名。")


class AlreadyAnswered(ChengxinError):
    code = "already-answered"
    status = 409
    message: Any = _("这个请求已经答复或者到期。")
    hint: Any = _("请刷新页面，查看最新情况。")


class FormIncomplete(ChengxinError):
    code = "form-incomplete"
    status = 422
    message: Any = _("请填写授权书编号和签名人姓名。")
    hint: Any = _("两者都照纸质授权书填写。")


class FormNumberTaken(ChengxinError):
    code = "form-number-taken"
    status = 409
    message: Any = _("这个编号的授权书已经登记过。")
    hint: Any = _("请核对编号；一份授权书只能登记一次。")


class FormPending(ChengxinError):
    """Another form of the same request waits for its check."""

    code = "form-pending"
    status = 409
    message: Any = _("这个请求已经登记了一份授权书，正在等待复核。")
    hint: Any = _("请等另一位工作人员复核；退回后可以重新登记。")


class NotTheSubject(ChengxinError):
    """The document that was shown belongs to someone else, or to nobody whom the platform knows."""

    code = "not-the-subject"
    status = 422
    message: Any = _("证件号码与这个请求的本人不符。")
    hint: Any = _("请核对请求编号和证件；只有本人或者其代表可以授权。")


class SecondOfficerNeeded(ChengxinError):
    """Who recorded a form never checks it."""

    code = "second-officer-needed"
    status = 403
    message: Any = _("登记人不能复核自己登记的授权书。")
    hint: Any = _("请由另一位工作人员复核。")


class ReasonMissing(ChengxinError):
    code = "reason-missing"
    status = 422
    message: Any = _("退回须写明原因。")
    hint: Any = _("例如：扫描件看不清，签名与请求的本人不符。")


class MatterMissing(ChengxinError):
    """The purpose wants the number of the matter for which it is read."""

    code = "matter-missing"
    status = 422
    message: Any = _("这个用途须填写事项编号或者案号。")
    hint: Any = _("照立案文书或者受理通知书填写；编号记入查询记录，供审计和投诉时核对。")
