"""Why a subject cannot be proposed for, entered on or taken off a list."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError, NotPermitted


class NotYourList(NotPermitted):
    """Policy does not name this organisation among those that decide about the list."""

    code = "not-your-list"
    message: Any = _("您所在的单位不是这份名单的认定单位。")
    hint: Any = _("名单页面写明了由哪个单位认定。")


class ListClosed(ChengxinError):
    code = "list-closed"
    status = 409
    message: Any = _("这份名单目前不接受列入。")
    hint: Any = _("名单页面写明了原因。")


class NoSuchSubject(ChengxinError):
    code = "no-such-subject"
    status = 422
    message: Any = _("没有找到这个主体。")
    hint: Any = _("请核对统一社会信用代码或者身份证号。")


class MinorsAreNeverListed(ChengxinError):
    """Source: regulation.lists.rules.is_minor."""

    code = "minors-are-never-listed"
    status = 422
    message: Any = _("未成年人不得列入任何名单。")
    hint: Any = _("请核对身份证号；未成年人的行为不通过名单处理。")


class WrongKindOfSubject(ChengxinError):
    code = "wrong-kind-of-subject"
    status = 422
    message: Any = _("这份名单不收这一类主体。")
    hint: Any = _("名单页面写明了可以列入组织还是自然人。")


class FactsMissing(ChengxinError):
    code = "facts-missing"
    status = 422
    message: Any = _("请写明事实和证据。")
    hint: Any = _("写明具体行为、处罚决定书文号等；不要写身份证号等个人信息。")


class TermNotAllowed(ChengxinError):
    code = "term-not-allowed"
    status = 422
    message: Any = _("这份名单的期限须为 {least} 至 {most} 个月。")
    hint: Any = _("期限由名单的依据规定。")


class AlreadyListed(ChengxinError):
    code = "already-listed"
    status = 409
    message: Any = _("该主体已在这份名单上，或者已有提议在办理。")
    hint: Any = _("请查看已有的事项。")


class ServiceUnproved(ChengxinError):
    """Without the day and the way of service nobody is listed."""

    code = "service-unproved"
    status = 422
    message: Any = _("请写明送达方式和送达日期。")
    hint: Any = _("填实际交付、签收或者发布公告的日期，不晚于今天，不早于提出列入之日；理由一栏写明回执编号等证明。")


class HearingNotOpen(ChengxinError):
    code = "hearing-not-open"
    status = 409
    message: Any = _("这份名单不适用听证。")
    hint: Any = _("您可以陈述申辩，认定单位必须核实并答复。")


class HearingOver(ChengxinError):
    """The days in which a hearing could be asked for are over, or one was asked for or held already."""

    code = "hearing-over"
    status = 409
    message: Any = _("现在不能再要求听证。")
    hint: Any = _("要求听证的期限写在告知书里，每件事项只举行一次；您仍然可以补充证据材料。")


class HearingNotDue(ChengxinError):
    """Nobody asked for a hearing and policy wants none, or one was held already."""

    code = "hearing-not-due"
    status = 409
    message: Any = _("现在不需要举行听证。")
    hint: Any = _("当事人要求听证，或者名单规定应当听证的，才通知并举行；每件事项只举行一次。")


class HearingCallTooShort(ChengxinError):
    """The call names no moment or place, or one that is too near."""

    code = "hearing-call-too-short"
    status = 422
    message: Any = _("请写明听证的时间和地点，时间须给当事人留足准备的日子。")
    hint: Any = _("通知之日与听证之日之间至少隔 {days} 个完整的工作日。")


class HearingNotYet(ChengxinError):
    """A hearing is recorded when it was held, not before."""

    code = "hearing-not-yet"
    status = 409
    message: Any = _("通知的听证时间还没有到，不能记录听证。")
    hint: Any = _("到时举行之后再记录；要改时间的，重新通知。")


class NothingToAnswer(ChengxinError):
    code = "nothing-to-answer"
    status = 409
    message: Any = _("没有等待答复的陈述申辩。")
    hint: Any = _("当事人没有陈述申辩，或者已经答复。")


class HearingStillOpen(ChengxinError):
    """The subject may still ask for a hearing, which a decision would cut off."""

    code = "hearing-still-open"
    status = 409
    message: Any = _("当事人还可以要求听证，现在不能决定列入。")
    hint: Any = _("等告知书写明的期限届满，或者举行听证之后再决定；页面写明了最后一天。")


class NotHeard(ChengxinError):
    """Notice, defence or hearing is still due."""

    code = "not-heard"
    status = 409
    message: Any = _("当事人还没有被依法听取意见，不能决定列入。")
    hint: Any = _("先送达告知书，陈述申辩的先答复，没有的等期限届满；应当听证的，先通知并举行听证。")


class DecisionNumberMissing(ChengxinError):
    code = "decision-number-missing"
    status = 422
    message: Any = _("请填写决定书文号；同一文号只能用一次。")
    hint: Any = _("例如：南市监列字〔2026〕1号。")


class NotRemovable(ChengxinError):
    code = "not-removable"
    status = 409
    message: Any = _("现在还不能以这个理由移出名单。")
    hint: Any = _("名单页面写明了移出条件和最早可以申请的日期。")


class NotRecorded(ChengxinError):
    """The catalogue refuses the record that would tell of the entry."""

    code = "not-recorded"
    status = 422
    message: Any = _("列入信息不符合归集目录：{fault}")
    hint: Any = _("请核对决定书文号和日期。")


class NotYourConsent(NotPermitted):
    """Only the person themself, in their own right, consents to being named or takes that back."""

    code = "not-your-consent"
    message: Any = _("只有本人能同意列入荣誉名单，或者撤回同意。")
    hint: Any = _("受托人不能代替本人同意；请本人登录“我的空间”办理。")


class ConsentUnsigned(ChengxinError):
    code = "consent-unsigned"
    status = 422
    message: Any = _("请阅读说明并勾选同意。")
    hint: Any = _("您也可以不同意；不同意不留任何记录，也不影响任何办事。")


class ConsentWordingChanged(ChengxinError):
    """The wording that was read is not the one in force any more."""

    code = "consent-wording-changed"
    status = 409
    message: Any = _("同意书的内容已经更新。")
    hint: Any = _("请重新阅读后再决定。")


class ConsentMissing(ChengxinError):
    """The person has not consented, or took the consent back."""

    code = "consent-missing"
    status = 409
    message: Any = _("本人没有同意，不能列入。")
    hint: Any = _("荣誉名单只列入同意公开的本人；可以撤回提议。")


class NotWithdrawable(ChengxinError):
    code = "consent-not-withdrawable"
    status = 409
    message: Any = _("这项列入不是经您同意作出的，或者已经终止。")
    hint: Any = _("请在“我的名单”里查看现在的情况。")
