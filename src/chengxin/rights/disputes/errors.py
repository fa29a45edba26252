"""Why a dispute cannot be filed or answered."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class NotDisputable(ChengxinError):
    """A dispute about the record is open, or the record does not count any more."""

    code = "not-disputable"
    status = 409
    message: Any = _("这条记录现在不能提出异议。")
    hint: Any = _("可能已有异议正在处理，或者记录已经修复、撤销。")


class GroundMissing(ChengxinError):
    code = "ground-missing"
    status = 422
    message: Any = _("请选择异议的理由。")
    hint: Any = _("选最接近的一项，具体情况写在说明里。")


class StatementMissing(ChengxinError):
    code = "statement-missing"
    status = 422
    message: Any = _("请说明哪里不对、应当是什么。")
    hint: Any = _("例如：处罚金额应为 2 万元，见决定书第二页。")


class NothingChanged(ChengxinError):
    code = "nothing-changed"
    status = 422
    message: Any = _("没有改动任何一项。")
    hint: Any = _("请改正有误的字段；如果内容无误，请选择“拟维持”。")


class DecisionBound(ChengxinError):
    """The record tells of a decision on this platform: a correction cannot make it one about another subject."""

    code = "decision-bound"
    status = 409
    message: Any = _("这条记录由平台上的决定产生，“{field}”不能更正。")
    hint: Any = _("决定认错了主体或者写错了文号的，请撤销原决定，重新办理；记录由此失效。")


class CorrectionRejected(ChengxinError):
    """The corrected record does not pass the catalogue's own rules."""

    code = "correction-rejected"
    status = 422
    message: Any = _("更正后的记录没有通过校验：{fault}")
    hint: Any = _("请退回核查人员改正后再决定。")


class NotWithdrawable(ChengxinError):
    """The record was withdrawn already, or its withdrawal is proposed."""

    code = "not-withdrawable"
    status = 409
    message: Any = _("这条记录现在不能撤下。")
    hint: Any = _("可能已经撤下，或者已有人提出撤下，正等待审核。")


class WithdrawalIncomplete(ChengxinError):
    code = "withdrawal-incomplete"
    status = 422
    message: Any = _("请选择理由，写明依据文书的文号和情况，并附上文书。")
    hint: Any = _("例如：行政复议决定书的文号和扫描件。")
