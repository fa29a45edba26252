"""Why a case cannot be opened or moved on."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError, NotPermitted


class StepNotOpen(ChengxinError):
    """The step does not lead on from where the case stands; perhaps someone else has just moved it."""

    code = "step-not-open"
    status = 409
    message = _("此事项当前不能办理这一步，可能已由他人办理。")
    hint = _("请刷新页面，查看事项的最新进展。")


class NotYourStep(NotPermitted):
    """The step is another role's or another party's."""

    code = "not-your-step"
    message: Any = _("这一步由其他单位或岗位办理。")
    hint: Any = _("请查看事项正在等待谁办理。")


class SamePersonTwice(NotPermitted):
    """Separation of duties: who took an earlier step may not take this one (经办与审核分离)."""

    code = "same-person-twice"
    message: Any = _("您已办理过此事项的前一步，这一步须由另一人办理。")
    hint: Any = _("请由本单位其他有权限的人员办理。")


class ReasonMissing(ChengxinError):
    code = "reason-missing"
    status = 422
    message = _("请写明理由。")
    hint = _("理由将告知当事人，并记入办理过程。")


class WrongParties(ChengxinError):
    """A case names exactly the parties that its procedure has."""

    code = "wrong-parties"
    status = 422
    message = _("此事项须写明这些当事方：{parties}。")
    hint = _("请核对申请人和办理单位。")


class CaseIsClosed(ChengxinError):
    code = "case-is-closed"
    status = 409
    message = _("事项已经办结，不能再补充材料。")
    hint = _("对结论不服的，请看结果通知书写明的救济途径。")


class NoFile(ChengxinError):
    code = "no-file"
    status = 422
    message = _("还没有选择文件。")
    hint = _("请选择要提交的文件。")
