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
