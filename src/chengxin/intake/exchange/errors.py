"""What can go wrong in the exchange with others."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class AddressRefused(ChengxinError):
    """The address is not one that the platform delivers to."""

    code = "address-refused"
    status = 422
    message: Any = _("不能向这个地址推送。")
    hint: Any = _("请填写 https:// 开头、不含用户名和密码的地址；内网地址须由运维人员先写入允许的网段。")


class AlreadyAcknowledged(ChengxinError):
    code = "already-acknowledged"
    status = 409
    message: Any = _("这条变更已经签收。")
    hint: Any = _("不用再办。")


class PackageRefused(ChengxinError):
    """A package that is forged, damaged or not for this platform."""

    code = "package-refused"
    status = 422
    message: Any = _("交换包不能接收：{reason}")
    hint: Any = _("请核对签名、收件方、行数和校验和后重新发送。")

    def __init__(self, reason: str = "签名不符") -> None:
        super().__init__(reason=reason)


class NotDead(ChengxinError):
    """Only a delivery that was given up can be begun anew."""

    code = "delivery-not-given-up"
    status = 409
    message: Any = _("这条变更没有停止推送。")
    hint: Any = _("推送失败后会自动重试；只有停止推送的才需要重新推送。")
