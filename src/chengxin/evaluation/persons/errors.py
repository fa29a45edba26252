"""Why a person's records cannot be looked at for benefits."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError, NotFound


class NotOwnWish(NotFound):
    """Only the person asks: no official, no organisation and no delegate. As if there were nothing to find."""


class NoticeNotRead(ChengxinError):
    """What is signed must be what was shown."""

    code = "person-notice-not-read"
    status = 409
    message: Any = _("告知书已经更新，或者您还没有阅读。")
    hint: Any = _("请重新阅读告知书，再决定是否同意。")


class AlreadyAsked(ChengxinError):
    code = "person-already-asked"
    status = 409
    message: Any = _("您已经申请过了。")
    hint: Any = _("结果在这一页上；随时可以撤回。")


class NotAsked(ChengxinError):
    code = "person-not-asked"
    status = 409
    message: Any = _("您没有申请，或者授权已经撤回、到期。")
    hint: Any = _("需要时可以重新申请。")


class UnknownOffer(NotFound):
    code = "unknown-offer"
    message: Any = _("没有便利清单“{offer}”。")
    hint: Any = _("请在守信便利清单中查看代码和版本。")


class OfferAlreadyProposed(ChengxinError):
    code = "offer-already-proposed"
    status = 409
    message: Any = _("便利清单 {offer} 已经在审批中或者已经批准。")
    hint: Any = _("请查看它的办理进度；需要修改的，用新的版本号另存一个文件。")


class OfferAltered(ChengxinError):
    """The file of a version says something else than what was proposed."""

    code = "offer-altered"
    status = 409
    message: Any = _("便利清单 {offer} 的文件在提出之后被改动过。")
    hint: Any = _("请恢复原文件；需要修改的，用新的版本号另存一个文件。")


class OfferOver(ChengxinError):
    """The day on which the file says that the offer ends has come."""

    code = "offer-over"
    status = 409
    message: Any = _("便利清单 {offer} 写明的终止日已经到了。")
    hint: Any = _("需要继续提供的，用新的版本号另存一个文件，写新的终止日。")


class OfferNotApproved(ChengxinError):
    """There is nothing to end: it never took effect, another version took its place, or it ended already."""

    code = "offer-not-approved"
    status = 409
    message: Any = _("便利清单 {offer} 现在没有生效，也不会生效，不需要终止。")
    hint: Any = _("请在守信便利清单中查看它的状态。")


class OfferEndAlreadyProposed(ChengxinError):
    code = "offer-end-already-proposed"
    status = 409
    message: Any = _("已经有人提出终止便利清单 {offer}。")
    hint: Any = _("请查看它的办理进度。")


class EndDayWrong(ChengxinError):
    code = "offer-end-day-wrong"
    status = 422
    message: Any = _("终止日应当是今天或者以后的一天，并且不晚于清单自己写明的终止日。")
    hint: Any = _("请重新填写终止日。")
