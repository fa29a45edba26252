"""Why a sign-in through an identity provider was not completed."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class ProviderUnreachable(ChengxinError):
    """The provider did not answer, or not as OpenID Connect wants it."""

    code = "provider-unreachable"
    status = 503
    retryable = True
    message: Any = _("统一身份认证暂时无法使用。")
    hint: Any = _("请稍后再试；问题持续时请联系市信用办。")


class AttemptUnknown(ChengxinError):
    """The answer belongs to no sign-in that was begun in this browser a short while ago."""

    code = "attempt-unknown"
    status = 400
    message: Any = _("这次登录已经失效，没有完成。")
    hint: Any = _("请从登录页重新开始，并在同一个浏览器窗口中完成。")


class ProviderDeclined(ChengxinError):
    """The provider, or the person at its page, said no."""

    code = "provider-declined"
    status = 403
    message: Any = _("统一身份认证没有同意这次登录。")
    hint: Any = _("如果您没有点击拒绝，请重新登录；也可以用其他方式登录。")


class CodeRefused(ChengxinError):
    """The provider did not exchange the code: it was used, is too old, or belongs to another."""

    code = "code-refused"
    status = 401
    message: Any = _("统一身份认证没有确认这次登录。")
    hint: Any = _("请从登录页重新开始。")


class StatementInvalid(ChengxinError):
    """The provider's statement is not signed by it, not for this platform, not for this sign-in, or out of date."""

    code = "statement-invalid"
    status = 401
    message: Any = _("统一身份认证给出的信息没有通过验证，没有登录。")
    hint: Any = _("请从登录页重新开始；再次出现时请联系市信用办。")
