"""Why someone cannot be let act on another's behalf."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class NotDelegable(ChengxinError):
    """A delegate may not delegate in turn unless policy says so."""

    code = "not-delegable"
    status = 403
    message: Any = _("受委托的人不能再委托他人。")
    hint: Any = _("请由法定代表人或本人添加。")


class ScopesNotHeld(ChengxinError):
    """Nothing is chosen, or more than the one who delegates holds."""

    code = "scopes-not-held"
    status = 422
    message: Any = _("请选择至少一项您自己拥有的权限。")
    hint: Any = _("委托的权限不能超过您自己的权限。")


class EndNotAllowed(ChengxinError):
    """The end lies in the past, after the delegator's own, or beyond the longest time."""

    code = "end-not-allowed"
    status = 422
    message: Any = _("请填写今天之后、{latest} 或之前的截止日期。")
    hint: Any = _("委托必须有期限，到期自动失效，之后可以重新委托。")


class NoSuchColleague(ChengxinError):
    code = "no-such-colleague"
    status = 422
    message: Any = _("不能委托给这个用户名。")
    hint: Any = _("请核对用户名；也可以生成邀请码交给对方。")


class AlreadyHeld(ChengxinError):
    code = "already-held"
    status = 409
    message: Any = _("此人已经可以代表该主体。")
    hint: Any = _("如需改变权限或期限，请先撤回原来的委托。")


class InvitationNotValid(ChengxinError):
    """Unknown, used, withdrawn and expired give the same answer."""

    code = "invitation-not-valid"
    status = 422
    message: Any = _("邀请码无效或已过期。")
    hint: Any = _("请核对后重试，或请委托人重新生成。")


class CodeWrong(ChengxinError):
    """The code is wrong, too old or used before; which of them is not said."""

    code = "code-wrong"
    status = 401
    message: Any = _("验证码不正确，或者已经使用过。")
    hint: Any = _("请等身份验证器显示新的数字后再试；连续失败多次将暂时不能登录。")


class FactorSet(ChengxinError):
    code = "factor-set"
    status = 409
    message: Any = _("双重验证已经开启。")
    hint: Any = _("如需更换，请先关闭再重新设置。")
