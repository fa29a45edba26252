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
