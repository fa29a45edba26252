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


class PasskeyRefused(ChengxinError):
    """The passkey's answer is of another place, another question, another person, or a copy; which is not said."""

    code = "passkey-refused"
    status = 401
    message: Any = _("通行密钥没有通过验证。")
    hint: Any = _("请重试，并在设备上确认指纹、面容或 PIN；也可以用验证码或恢复码。")


class PasskeyKnown(ChengxinError):
    code = "passkey-known"
    status = 409
    message: Any = _("这把通行密钥已经登记过。")
    hint: Any = _("请换一台设备，或者先删除原来登记的那一把。")


class NameWanted(ChengxinError):
    code = "name-wanted"
    status = 422
    message: Any = _("请给通行密钥取一个名称，最多 60 个字。")
    hint: Any = _("例如“办公室电脑”，以后好认出是哪一把。")


class AccountClosed(ChengxinError):
    """The person was known and may no longer sign in."""

    code = "account-closed"
    status = 403
    message: Any = _("这个账号已经停用。")
    hint: Any = _("请联系市信用办。")


class TooManyAttempts(ChengxinError):
    """Too many failures from this name or address."""

    code = "too-many-attempts"
    status = 429
    message: Any = _("登录失败次数过多，请在 {minutes} 分钟后再试。")
    hint: Any = _("如果忘记密码，请联系本单位管理员。")
    retryable = True


class UsernameTaken(ChengxinError):
    code = "username-taken"
    status = 409
    message: Any = _("这个用户名已经有人使用。")
    hint: Any = _("请换一个用户名。")
