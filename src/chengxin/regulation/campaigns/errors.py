"""Why a campaign cannot go on as asked."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class FieldMissing(ChengxinError):
    code = "campaign-field-missing"
    status = 422
    message: Any = _("请选择一个整治领域。")
    hint: Any = _("领域由市信用办的政策条目规定，只能从中选择。")


class TextMissing(ChengxinError):
    code = "campaign-text-missing"
    status = 422
    message: Any = _("请写明名称、依据和认定标准。")
    hint: Any = _("名称在网站上公开；依据写到法律的条款。")


class PeriodWrong(ChengxinError):
    code = "campaign-period-wrong"
    status = 422
    message: Any = _("请填写起止日期，结束日期要晚于开始日期。")
    hint: Any = _("日期写成 2026-05-09 这样。")


class PeriodOver(ChengxinError):
    code = "campaign-period-over"
    status = 422
    message: Any = _("期间已经结束：结束日期不能早于今天。")
    hint: Any = _("专项整治在期间内核查；请写还没有到的结束日期。")


class NotBegun(ChengxinError):
    """An approved campaign waits for its first day."""

    code = "campaign-not-begun"
    status = 409
    message: Any = _("专项整治还没有开始。")
    hint: Any = _("从开始日期起，才能填写结果、结束专项整治。")


class MembersMissing(ChengxinError):
    code = "campaign-members-missing"
    status = 422
    message: Any = _("请选择至少一个参加单位。")
    hint: Any = _("对象按记录的提供单位分给各参加单位。")


class MembersNotPublic(ChengxinError):
    """Only public bodies check subjects and hear what was found about them."""

    code = "campaign-members-not-public"
    status = 422
    message: Any = _("参加单位只能是政府部门、法院等公共机关。")
    hint: Any = _("请去掉银行、信用服务机构和行业协会。")


class SelectionMissing(ChengxinError):
    code = "campaign-selection-missing"
    status = 422
    message: Any = _("请选择按哪一类公开信息筛选对象。")
    hint: Any = _("对象只从正在公示的信息中筛选。")


class SelectionPeriodWrong(ChengxinError):
    code = "campaign-selection-period-wrong"
    status = 422
    message: Any = _("请检查决定日期：开始的一天不能晚于结束的一天。")
    hint: Any = _("日期写成 2026-05-09 这样；可以不填。")


class LeastWrong(ChengxinError):
    code = "campaign-least-wrong"
    status = 422
    message: Any = _("请填写至少有几条记录。")
    hint: Any = _("写 1 到 99 的整数。")


class TitleTooLong(ChengxinError):
    code = "campaign-title-too-long"
    status = 422
    message: Any = _("名称最多 {most} 个字。")
    hint: Any = _("请写短一些，其他内容写在正文里。")


class NothingSelected(ChengxinError):
    """The saved query finds nobody on the day of the launch."""

    code = "campaign-nothing-selected"
    status = 409
    message: Any = _("按现在的条件筛选不出任何对象。")
    hint: Any = _("请牵头单位撤回草案，放宽条件后重新提出。")


class ResultsMissing(ChengxinError):
    code = "campaign-results-missing"
    status = 409
    message: Any = _("还有 {open} 个对象没有办结，不能上报。")
    hint: Any = _("请先逐个填写核查结果；正在改正的，改正后再填一次。")


class OutcomeMissing(ChengxinError):
    code = "campaign-outcome-missing"
    status = 422
    message: Any = _("请选择核查结果，并写明查明的情况。")
    hint: Any = _("不要写身份证号等个人信息。")


class OrderClosed(ChengxinError):
    """Results are written while the member still has the order."""

    code = "campaign-order-closed"
    status = 409
    message: Any = _("这项任务现在不在您单位手上，不能再填写结果。")
    hint: Any = _("需要更正的，请牵头单位退回任务。")


class TargetsMissing(ChengxinError):
    code = "campaign-targets-missing"
    status = 422
    message: Any = _("请勾选要移交的对象，并写明理由。")
    hint: Any = _("只能移交还在核查的任务中、别的单位的对象。")


class NotMember(ChengxinError):
    code = "campaign-not-member"
    status = 422
    message: Any = _("请选择移交给哪个单位。")
    hint: Any = _("只能移交给参加单位或者牵头单位。")


class RecordMissing(ChengxinError):
    """A case that is linked to a target tells about one of the records that the target was chosen by."""

    code = "campaign-record-missing"
    status = 422
    message: Any = _("请选择案例讲的是哪一条记录。")
    hint: Any = _("企业名称只在这条记录公示期间显示；不想关联的，从对象列表下方另提案例。")


class NamesInText(ChengxinError):
    """Campaigns and typical cases name a subject by its record alone, for as long as that record is public."""

    code = "campaign-names-in-text"
    status = 422
    message: Any = _("公开的文字里不能写企业名称、代码、身份证号码或者电话号码：{found}")
    hint: Any = _(
        "正文写“某公司”。关联的记录正在公示时，页面会自动显示企业名称；记录停止公示，名称随即消失。人名等其他个人信息系统查不出来，请自己检查。"
    )


class OrdersOpen(ChengxinError):
    code = "campaign-orders-open"
    status = 409
    message: Any = _("还有 {open} 个单位的任务没有完成，不能结束。")
    hint: Any = _("请先审核通过或者终止这些任务。")
