"""What can go wrong with letters, contact addresses and their delivery."""

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class AddressNotValid(ChengxinError):
    code = "address-not-valid"
    status = 422
    message = _("这个地址不能用来接收通知。")
    hint = _("电子邮箱写成 name@example.com 这样；手机号写 11 位数字。")


class ChannelClosed(ChengxinError):
    code = "channel-closed"
    status = 409
    message = _("本平台没有开通这种送达方式。")
    hint = _("请选择另一种；站内通知始终可用。")


class CodeRefused(ChengxinError):
    code = "contact-code-refused"
    status = 422
    message = _("验证码不对，或者已经过期。")
    hint = _("请核对最近一次收到的验证码；过期或者多次输错后，请重新获取。")


class TooManyCodes(ChengxinError):
    code = "too-many-codes"
    status = 429
    message = _("今天获取验证码的次数太多。")
    hint = _("请明天再试，或者先使用站内通知。")
    retryable = True


class NotFailed(ChengxinError):
    code = "delivery-not-failed"
    status = 409
    message = _("这次送达没有失败，不需要重新发送。")
    hint = _("请刷新页面，查看现在的状态。")


class LetterLost(ChengxinError):
    code = "letter-lost"
    status = 503
    message = _("文书文件与登记的不一致，暂时不能下载。")
    hint = _("请联系市信用办；文书的文字仍然可以在通知中阅读。")


class ReportsUnreadable(ChengxinError):
    """What the gateway reports is not of the form that was agreed."""

    code = "reports-unreadable"
    status = 422
    message = _("送达报告的格式不对，或者一次超过 500 条。")
    hint = _("格式见 docs/sms-gateway.md。")
