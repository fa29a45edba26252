"""Why a plan, a draw or a visit cannot go on as asked."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError, NotPermitted


class PlanIncomplete(ChengxinError):
    code = "inspection-plan-incomplete"
    status = 422
    message: Any = _("请写明计划名称和起止日期，结束日期要晚于开始日期。")
    hint: Any = _("日期写成 2026-05-09 这样；年度计划在网站上公开。")


class MattersMissing(ChengxinError):
    """A plan names matters of the list in force, and every department that a matter belongs to takes part."""

    code = "inspection-matters-missing"
    status = 422
    message: Any = _("请从现行的抽查事项清单中选择事项，其中至少一项由本单位负责。")
    hint: Any = _("清单以外的事项不得列入计划；要增加事项，请先修改政策条目。")


class InspectorIncomplete(ChengxinError):
    code = "inspector-incomplete"
    status = 422
    message: Any = _("请填写检查人员的编号和姓名，专业和区域从清单中选择。")
    hint: Any = _("编号不能与已有人员重复；区域不选为全市。")


class RecusalIncomplete(ChengxinError):
    code = "recusal-incomplete"
    status = 422
    message: Any = _("请填写要回避的单位的统一社会信用代码，并选择原因。")
    hint: Any = _("原因只在本单位内可见。")


class MatterUnknown(ChengxinError):
    code = "inspection-matter-unknown"
    status = 422
    message: Any = _("抽查事项清单中没有这一事项，或者不由本单位负责。")
    hint: Any = _("请从清单中选择。")


class ReasonNeeded(ChengxinError):
    code = "inspection-reason-needed"
    status = 422
    message: Any = _("请写明原因。")
    hint: Any = _("原因记入名录库和审计链。")


class PlanNotApproved(ChengxinError):
    code = "inspection-plan-not-approved"
    status = 409
    message: Any = _("计划还没有批准，或者已经结束，不能抽取。")
    hint: Any = _("请等待信用办审核员批准。")


class PlannerDrawsNot(NotPermitted):
    """Separation of duties: who drew up the plan neither publishes its draw nor commits for a party."""

    code = "planner-draws-not"
    message: Any = _("提出计划的人不能组织抽取，也不能代表参加方提交。")
    hint: Any = _("请由本单位另一名工作人员办理。")


class DrawOpen(ChengxinError):
    code = "draw-open"
    status = 409
    message: Any = _("这项计划有一次抽取正在进行。")
    hint: Any = _("请等它完成。")


class PartiesWrong(ChengxinError):
    """The parties are enough in number, the credit office is one, and one has nothing to do with the inspection.

    Where the credit office kept its value back in an earlier round, one more of the last kind takes its place.
    """

    code = "draw-parties-wrong"
    status = 422
    message: Any = _("参加方至少 {least} 个，其中要有信用办，还要有至少 {independent} 个不参加检查的单位。")
    hint: Any = _("提交了承诺又没有公开的单位不能再参加；信用办不能参加的，再加一个不参加检查的单位。")


class NothingToDraw(ChengxinError):
    code = "draw-nothing"
    status = 409
    message: Any = _("名录库里没有可以抽取的对象，或者没有检查人员。")
    hint: Any = _("请先更新检查对象名录库和检查人员名录库。")


class RoundClosed(ChengxinError):
    code = "draw-round-closed"
    status = 409
    message: Any = _("这一轮现在不接受这一步：时间没到、已过，或者已经提交过。")
    hint: Any = _("请看页面上的起止时间。")


class NotAParty(NotPermitted):
    code = "draw-not-a-party"
    message: Any = _("您的单位不是这次抽取的参加方。")
    hint: Any = _("参加方在抽取公告里写明。")


class ValueWrong(ChengxinError):
    """What is revealed is not what was committed to, or no value at all."""

    code = "draw-value-wrong"
    status = 422
    message: Any = _("这个值与提交的承诺不符，或者格式不对。")
    hint: Any = _("值和承诺都是 64 位小写十六进制数；请用提交承诺时保存的那个值。")


class NoReplacement(ChengxinError):
    code = "inspector-no-replacement"
    status = 409
    message: Any = _("没有其他可以替换的检查人员。")
    hint: Any = _("请先在检查人员名录库中增加人员，或者取消这次检查并写明原因。")


class ChangeWrong(ChengxinError):
    code = "visit-change-wrong"
    status = 422
    message: Any = _("这一项内容不在检查表里，或者填写不对。")
    hint: Any = _("请刷新页面后重新填写。")


class VisitClosed(ChengxinError):
    code = "visit-closed"
    status = 409
    message: Any = _("这次检查的结果已经提交，不能再改。")
    hint: Any = _("需要更正的，请审核员退回。")


class ResultIncomplete(ChengxinError):
    code = "visit-result-incomplete"
    status = 422
    message: Any = _("还没有填完：{missing}。")
    hint: Any = _("每个检查项、每个事项的结果、检查日期和签名都要填写；被检查人拒绝签名的，写明情况。")


class NotYourVisit(NotPermitted):
    code = "visit-not-yours"
    message: Any = _("这次检查由抽中的检查人员填写。")
    hint: Any = _("需要更换检查人员的，请审核员办理。")


class LeadHandsIn(NotPermitted):
    """In a joint visit everyone drawn writes down, and an inspector of the lead hands in."""

    code = "visit-lead-hands-in"
    message: Any = _("联合检查的结果由牵头单位的检查人员提交。")
    hint: Any = _("您填写的内容已经保存；请告诉牵头单位的检查人员。")


class InspectorPublishesNot(NotPermitted):
    """Separation of duties: no inspector of a visit publishes its result."""

    code = "inspector-publishes-not"
    message: Any = _("检查人员不能审核自己的检查结果。")
    hint: Any = _("请由本单位另一名审核员办理。")


class ResultNotRecorded(ChengxinError):
    code = "visit-result-not-recorded"
    status = 422
    message: Any = _("结果不能记入信用记录：{fault}")
    hint: Any = _("请退回检查人员更正。")
