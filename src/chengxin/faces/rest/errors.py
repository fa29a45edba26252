"""What can go wrong at the API's own door."""

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class NotSigned(ChengxinError):
    code = "not-signed-in"
    status = 401
    message = _("没有有效的访问令牌。")
    hint = _("请用客户端凭证向 /oauth/token/ 申请令牌，并放在 Authorization: Bearer 请求头中。")


class ScopeMissing(ChengxinError):
    code = "insufficient-scope"
    status = 403
    message = _("令牌没有“{scope}”授权。")
    hint = _("请申请带有该授权的令牌；客户端未获授权的，请联系市信用办。")


class NoSuchPath(ChengxinError):
    code = "not-found"
    status = 404
    message = _("接口没有这个地址。")
    hint = _("接口说明见 /api/v1/docs。")


class MethodRefused(ChengxinError):
    code = "method-not-allowed"
    status = 405
    message = _("此地址不支持 {method} 请求。")
    hint = _("支持的请求方法见 Allow 响应头。")


class Invalid(ChengxinError):
    code = "invalid-request"
    status = 422
    message = _("请求的参数有误。")
    hint = _("请按 errors 中的位置逐项改正；接口说明见 /api/v1/docs。")


class BadRequest(ChengxinError):
    code = "bad-request"
    status = 400
    message = _("请求无法读取。")
    hint = _("请核对请求的格式；接口说明见 /api/v1/docs。")


class BodyTooLarge(ChengxinError):
    code = "too-large"
    status = 413
    message = _("请求内容太大。")
    hint = _("请分成几个文件报送。")


class TooMany(ChengxinError):
    code = "too-many-requests"
    status = 429
    retryable = True
    message = _("请求太频繁。")
    hint = _("请在 {seconds} 秒后重试。")


class CheckUnsettled(ChengxinError):
    """Whether a check was kept is unknown, and nothing of it was answered."""

    code = "check-unsettled"
    status = 503
    retryable = True
    message = _("数据库没有及时答复，这次查验没有结果。")
    hint = _("请稍后重新查验；没有结果的查验可能已经记入查询记录。")


class Internal(ChengxinError):
    code = "internal-error"
    status = 500
    retryable = True
    message = _("系统出错，已记录。")
    hint = _("请稍后重试；仍有问题时请把时间和地址告诉市信用办。")
