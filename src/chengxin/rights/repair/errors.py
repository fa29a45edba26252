"""Why a repair cannot be applied for."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class NotRepairable(ChengxinError):
    """The record cannot be repaired now; the record's page says from when or by whom."""

    code = "not-repairable"
    status = 409
    message: Any = _("这条记录现在还不能申请信用修复。")
    hint: Any = _("记录页面写明了哪一天可以申请，或者由谁办理。")


class RecordUnknown(ChengxinError):
    """What the national site names is no record here, or more than one."""

    code = "record-unknown"
    status = 422
    message: Any = _("本市平台没有与目录项、主体代码和文号相符的唯一一条记录。")
    hint: Any = _("请核对目录项、统一社会信用代码和决定书文号。")


class RowIncomplete(ChengxinError):
    code = "row-incomplete"
    status = 422
    message: Any = _("申请缺少：{fields}")
    hint: Any = _("请补齐后重新发送。")


class CommitmentMissing(ChengxinError):
    code = "commitment-missing"
    status = 422
    message: Any = _("请阅读信用承诺，勾选同意并签名。")
    hint: Any = _("签名请写您的姓名；承诺的内容会随申请一并保存。")


class CommitmentChanged(ChengxinError):
    """The wording that was read is not the one in force any more."""

    code = "commitment-changed"
    status = 409
    message: Any = _("信用承诺的内容已经更新。")
    hint: Any = _("请重新阅读后再签名。")


class StatementMissing(ChengxinError):
    code = "statement-missing"
    status = 422
    message: Any = _("请说明已经怎样改正，义务是怎样履行的。")
    hint: Any = _("例如：罚款已于某日缴清，问题已于某日整改完毕。")


class RulingIncomplete(ChengxinError):
    """What names the court's ruling, or the ruling itself, is missing."""

    code = "ruling-incomplete"
    status = 422
    message: Any = _("请写明法院、裁定的种类、文号和日期，并附上裁定书。")
    hint: Any = _("裁定书可以是 PDF 或者图片；管理人的材料提交后还可以补充。")


class PlanNotFitting(ChengxinError):
    """The plan's last day is over, lies before the ruling or beyond the longest plan."""

    code = "plan-not-fitting"
    status = 422
    message: Any = _("计划执行期的最后一天应当在今天之后，并且不超过裁定之日起 {months} 个月。")
    hint: Any = _("请按裁定书写明的执行期填写；更长的，请与市信用办联系。")


class NotInReorganisation(ChengxinError):
    """An open application, a suspension in force, or nothing that could be hidden."""

    code = "not-in-reorganisation"
    status = 409
    message: Any = _("现在不能这样做：已有申请在办理，或者没有正在暂停公示的信息。")
    hint: Any = _("办到哪一步，见“重整修复”页面。")
