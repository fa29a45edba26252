"""What can go wrong with subscriptions and their deliveries."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class SubscriptionTooWide(ChengxinError):
    """More is asked for than the basis allows."""

    code = "subscription-too-wide"
    status = 422
    message: Any = _("订阅超出了依据允许的范围。")
    hint: Any = _("请只选该依据列明的目录项和主体；期限不超过 {months} 个月，名单不超过 {listed} 个主体。")


class SubjectsUnknown(ChengxinError):
    """Named subjects that the platform does not know, or that did not consent to this organisation."""

    code = "subjects-unknown"
    status = 422
    message: Any = _("有 {count} 个主体不能订阅：{shown}")
    hint: Any = _("请核对统一社会信用代码；凭授权订阅的，请填写已同意的授权查询编号。")


class KeyUnreadable(ChengxinError):
    """The consumer's public key is not an Ed25519 key in base64."""

    code = "key-unreadable"
    status = 422
    message: Any = _("公钥不能识别。")
    hint: Any = _("请填写 Ed25519 公钥（32 字节，base64）；对方用它的私钥签回执。")


class AlreadyDecided(ChengxinError):
    code = "subscription-decided"
    status = 409
    message: Any = _("这项订阅已经有了决定。")
    hint: Any = _("请刷新页面查看结果。")


class OwnRequest(ChengxinError):
    """Who requested a subscription does not approve it."""

    code = "own-request"
    status = 403
    message: Any = _("申请人不能审批自己提出的订阅。")
    hint: Any = _("请由另一位审核员办理。")


class ReasonMissing(ChengxinError):
    code = "reason-missing"
    status = 422
    message: Any = _("请写明理由。")
    hint: Any = _("理由会写入审计链，接收单位也能看到。")


class NotInForce(ChengxinError):
    """The subscription does not deliver: not approved yet, ended, or its time is over."""

    code = "subscription-not-in-force"
    status = 409
    message: Any = _("这项订阅没有生效或者已经终止。")
    hint: Any = _("请查看订阅的状态和期限；需要时重新申请。")


class ReceiptRefused(ChengxinError):
    """A receipt that is not signed by the consumer's key, or is for another delivery."""

    code = "receipt-refused"
    status = 422
    message: Any = _("回执不能接收：签名或者摘要不符。")
    hint: Any = _("请对“交付编号.次数.摘要”签名，私钥须与登记的公钥相符。")


class WrongRoad(ChengxinError):
    """The subscription is delivered another way."""

    code = "wrong-road"
    status = 409
    message: Any = _("这项订阅不用这种方式交付。")
    hint: Any = _("请查看订阅登记的交付方式。")


class NothingToReplay(ChengxinError):
    code = "nothing-to-replay"
    status = 409
    message: Any = _("没有可以重新交付的变更。")
    hint: Any = _("只有已停止的，或者所选序号之后的变更可以重新交付。")


class CertificateMissing(ChengxinError):
    """In production the platform identifies itself to consumers' systems by a certificate of its own."""

    code = "client-certificate-missing"
    status = 409
    message: Any = _("平台还没有配置推送用的客户端证书，不能批准推送订阅。")
    hint: Any = _("请运维人员按 docs/settings.md 配置双向 TLS。")


class CriteriaUnusable(ChengxinError):
    """A selection that asks for nothing that organisations have."""

    code = "selection-unusable"
    status = 422
    message: Any = _("筛选条件不能使用。")
    hint: Any = _("请选一类关于组织的信息；至少 1 到 {records} 条，近 0 到 {months} 个月，区划代码 2 到 6 位数字。")


class NameMissing(ChengxinError):
    code = "selection-name-missing"
    status = 422
    message: Any = _("请填写名称。")
    hint: Any = _("同事按名称找到它，例如“近一年两次以上处罚”。")


class NameTaken(ChengxinError):
    """The organisation has a selection of that name already."""

    code = "selection-name-taken"
    status = 409
    message: Any = _("已经有同名的主体筛选。")
    hint: Any = _("请换一个名称，或者打开已有的筛选修改条件。")


class SelectionUnknown(ChengxinError):
    """A subscription names no selection, or one that its organisation does not see."""

    code = "selection-unknown"
    status = 422
    message: Any = _("请选一个已保存的主体筛选。")
    hint: Any = _("先在“主体筛选”页面保存条件；只能用本单位的和信用办共用的。")
