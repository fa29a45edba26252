"""Why a credit check is not answered, or what a department did is not taken."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class NoSuchMatter(ChengxinError):
    code = "no-such-matter"
    status = 422
    message: Any = _("核查应用清单里没有这个事项。")
    hint: Any = _("请从清单中选择这次办理的事项。")


class MatterNotYours(ChengxinError):
    """The checks catalogue does not name the asking department for that matter."""

    code = "matter-not-yours"
    status = 403
    message: Any = _("核查应用清单没有把这个事项列给您的单位。")
    hint: Any = _("请选择本单位的事项；清单有误的，请联系市信用办。")


class NoCodes(ChengxinError):
    code = "no-codes"
    status = 422
    message: Any = _("请至少给出一个代码。")
    hint: Any = _("每行一个统一社会信用代码或者公民身份号码。")


class TooManyCodes(ChengxinError):
    code = "too-many-codes"
    status = 422
    message: Any = _("一次最多查验 {most} 个代码。")
    hint: Any = _("更多的代码请用文件查验，或者分几次查验。")


class FileNotReadable(ChengxinError):
    code = "file-not-readable"
    status = 422
    message: Any = _("文件里没有找到代码。")
    hint: Any = _("请用 CSV 或者 XLSX 文件，第一列每行一个代码；可以带一行标题。")


class FileTooLarge(ChengxinError):
    code = "file-too-large"
    status = 413
    message: Any = _("文件超过 {most} MB。")
    hint: Any = _("请只保留代码一列，或者分成几个文件。")


class MeasureNotAnswered(ChengxinError):
    """The receipt did not answer with that measure, so nothing can be reported of it."""

    code = "measure-not-answered"
    status = 422
    message: Any = _("这次查验没有答复这项措施。")
    hint: Any = _("请从回执列出的措施中选择。")


class NotYoursToApply(ChengxinError):
    """The catalogue of measures does not name the reporting organisation among those that execute the measure."""

    code = "measure-not-yours-to-apply"
    status = 422
    message: Any = _("奖惩措施清单没有把这项措施列给您的单位实施。")
    hint: Any = _("请选择未实施并写明理由；清单有误的，请联系市信用办。")


class OutcomeMissing(ChengxinError):
    """Nothing was chosen."""

    code = "outcome-missing"
    status = 422
    message: Any = _("请先选择办理结果。")
    hint: Any = _("惩戒措施选已实施或者未实施；激励措施选已给予或者未实施。")


class OutcomeNotFitting(ChengxinError):
    code = "outcome-not-fitting"
    status = 422
    message: Any = _("这项措施不能这样反馈。")
    hint: Any = _("惩戒措施选已实施或者未实施；激励措施选已给予或者未实施。")


class ReasonMissing(ChengxinError):
    code = "feedback-reason-missing"
    status = 422
    message: Any = _("请写明理由。")
    hint: Any = _("没有实施的，以及需要裁量的措施，都要记录理由。")


class TokenNotGood(ChengxinError):
    """The token of an embedded check is not one of ours, or its time is over."""

    code = "widget-token-not-good"
    status = 403
    message: Any = _("嵌入查验的凭证无效或者已经过期。")
    hint: Any = _("请在业务系统里重新打开这个页面。")


class OriginNotRegistered(ChengxinError):
    code = "widget-origin-not-registered"
    status = 422
    message: Any = _("您的单位没有登记可以嵌入查验的网站。")
    hint: Any = _("请把业务系统的网址报市信用办登记。")
