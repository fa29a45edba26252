"""Why a commitment cannot be signed, checked or found kept or broken."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class LetterEnded(ChengxinError):
    """No version of the letter is in force: it was withdrawn or has ended, or has not begun."""

    code = "letter-ended"
    status = 409
    message: Any = _("这份承诺书现在不能签署。")
    hint: Any = _("它可能已经停用或者由新版本代替；请回到列表选择现行的承诺书。")


class LetterChanged(ChengxinError):
    """The text that was read is not the one in force any more."""

    code = "letter-changed"
    status = 409
    message: Any = _("承诺书的内容已经更新，没有签署。")
    hint: Any = _("请重新阅读新的内容后再签。")


class LetterUnread(ChengxinError):
    code = "letter-unread"
    status = 422
    message: Any = _("请阅读承诺书并勾选“我已阅读”。")
    hint: Any = _("签署后内容不能更改。")


class NotForYou(ChengxinError):
    """The letter is for other kinds of subjects, or for an association's members alone."""

    code = "letter-not-for-you"
    status = 409
    message: Any = _("这份承诺书不适用于您代表的主体。")
    hint: Any = _("行业自律承诺书只由该协会的成员签署；请先接受协会的邀请。")


class RunsAlready(ChengxinError):
    code = "commitment-runs"
    status = 409
    message: Any = _("同一份承诺书已经签署（{number}），正在履行。")
    hint: Any = _("受理单位作出认定后可以再次签署，最迟自 {day} 起可以；为另一事项承诺的，请填写该事项的编号。")


class ReferenceMissing(ChengxinError):
    """The letter is given for one matter, whose number was not told."""

    code = "reference-missing"
    status = 422
    message: Any = _("请填写{name}。")
    hint: Any = _("照抄原件上的编号，要有数字，最多 60 个字；不要填写姓名和身份证号。")


class ReferenceUnknown(ChengxinError):
    """No record about the promisor bears the number."""

    code = "reference-unknown"
    status = 422
    message: Any = _("贵单位名下没有{name}为“{reference}”的记录。")
    hint: Any = _("请在“我的记录”中找到该记录，照抄其文号。")


class NotOffered(ChengxinError):
    """A measure of the catalogue applies: for its time notice and commitment is not offered."""

    code = "notice-and-commitment-not-offered"
    status = 409
    message: Any = _("{until} 之前对您{measure}，没有签署。来由：{because}。依据：{basis}。")
    hint: Any = _(
        "可以按一般程序提交全部材料办理。对来由的记录或者名单有异议的，可以提出异议；已经改正的，可以申请信用修复，修复后随即恢复适用。"
    )


class PersonNotOffered(NotOffered):
    """The same of a natural person, whose finding is no record of the credit platform."""

    hint: Any = _("可以按一般程序提交全部材料办理。对认定不服的，或者已经补正履行的，可以在该份承诺的页面申请复核。")


class SecondFactorMissing(ChengxinError):
    """The person has no second factor, or gave none."""

    code = "second-factor-missing"
    status = 422
    message: Any = _("签署这份承诺书需要第二重验证。")
    hint: Any = _("请使用通行密钥，或者输入身份验证器上的验证码或者一个恢复码；还没有设置的，先到“登录安全”设置。")


class NothingToCheck(ChengxinError):
    """The commitment is decided already."""

    code = "commitment-decided"
    status = 409
    message: Any = _("这份承诺已经作出认定。")
    hint: Any = _("对认定有异议的，可以对该记录提出异议。")


class EvidenceMissing(ChengxinError):
    code = "evidence-missing"
    status = 422
    message: Any = _("请写明核查的方式、时间和所见事实。")
    hint: Any = _("例如：某日现场核查，许可条件符合，检查记录编号。不要写身份证号等个人信息。")


class ResultMissing(ChengxinError):
    code = "result-missing"
    status = 422
    message: Any = _("请选择核查结果。")
    hint: Any = _("选“已履行”或者“未履行”，并写明依据。")


class FindingOpen(ChengxinError):
    code = "finding-open"
    status = 409
    message: Any = _("这份承诺已有认定事项在办理。")
    hint: Any = _("请先办结该事项。")


class ChecksMissing(ChengxinError):
    """Kept is only what checks found: each obligation needs one that says so."""

    code = "checks-missing"
    status = 409
    message: Any = _("还有义务没有核查为已履行。")
    hint: Any = _("请先逐项记录核查结果。")


class NothingBroken(ChengxinError):
    code = "nothing-broken"
    status = 422
    message: Any = _("请至少选择一项未履行的义务。")
    hint: Any = _("拟认定未履行，要写明是哪一项、依据什么。")


class RectificationFirst(ChengxinError):
    """The letter gives time to mend before a breach is found."""

    code = "rectification-first"
    status = 409
    message: Any = _("这份承诺书规定先限期整改。")
    hint: Any = _("请先作出限期整改通知；整改期满后再提出意见。")


class NoRectification(ChengxinError):
    code = "no-rectification"
    status = 409
    message: Any = _("这份承诺书没有规定整改期。")
    hint: Any = _("请直接提出认定意见，交审核员决定。")


class FindingStands(ChengxinError):
    """What follows a breach is called off only when the finding is undone."""

    code = "finding-stands"
    status = 409
    message: Any = _("认定没有撤销，任务不能终止。")
    hint: Any = _("认定被更正、撤销的，平台自动终止任务。")


class NotReviewable(ChengxinError):
    """There is no finding of breach to look at again, it is a record, or it was or is being looked at."""

    code = "not-reviewable"
    status = 409
    message: Any = _("现在不能申请复核。")
    hint: Any = _("一次认定复核一次。记入信用记录的认定，请对该记录提出异议；也可以依法申请行政复议或者提起行政诉讼。")


class ReviewReasonMissing(ChengxinError):
    code = "review-reason-missing"
    status = 422
    message: Any = _("请写明申请复核的理由。")
    hint: Any = _("例如：哪一项事实不符，或者已经怎样补正履行。不要写身份证号等个人信息。")


class DraftIncomplete(ChengxinError):
    code = "draft-incomplete"
    status = 422
    message: Any = _("承诺书草稿还不完整：{what}")
    hint: Any = _("请补齐后再提交。")


class NewerApproved(ChengxinError):
    """A later version of the letter was approved while this one waited."""

    code = "newer-approved"
    status = 409
    message: Any = _("这份承诺书更新的版本已经审核通过，这个版本不能再通过。")
    hint: Any = _("请选“审核不通过”，并说明原因。")


class NoSuchSubject(ChengxinError):
    code = "no-such-subject"
    status = 422
    message: Any = _("没有这个代码的主体。")
    hint: Any = _("请核对统一社会信用代码。")


class AlreadyInvited(ChengxinError):
    code = "already-invited"
    status = 409
    message: Any = _("该主体已经在名单中或者已被邀请。")
    hint: Any = _("请在会员名单中查看。")


class NotRecorded(ChengxinError):
    """The road of records refused the commitment; nothing was signed or decided."""

    code = "commitment-not-recorded"
    status = 409
    message: Any = _("信用记录没有接受这份承诺：{fault}")
    hint: Any = _("请联系市信用办。")
