"""Why something about data quality cannot be done as asked."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class MonthRuns(ChengxinError):
    code = "quality-month-runs"
    status = 409
    message: Any = _("这个月还没有结束，不能定稿。")
    hint: Any = _("月份结束以后由系统按政策规定的日子定稿；在此之前显示的是暂计数。")


class MonthOpen(ChengxinError):
    """A report is issued about a closed month alone."""

    code = "quality-month-open"
    status = 409
    message: Any = _("这个月的数字还没有定稿，不能出具月报。")
    hint: Any = _("请先定稿，或者选择已经定稿的月份。")


class NotDoublePublicity(ChengxinError):
    code = "quality-not-double-publicity"
    status = 422
    message: Any = _("只有“双公示”的目录项需要申报应报数。")
    hint: Any = _("请从列出的目录项中选择。")


class MonthAhead(ChengxinError):
    code = "quality-month-ahead"
    status = 422
    message: Any = _("请选择本月或者以前的月份。")
    hint: Any = _("月份写成 2026-05 这样。")


class CountMissing(ChengxinError):
    code = "quality-count-missing"
    status = 422
    message: Any = _("请填写这个月作出的决定数，没有作出决定的填 0。")
    hint: Any = _("只数应当公示的决定：不含涉密事项和简易程序处罚。")


class CodeStillWrong(ChengxinError):
    code = "quality-code-still-wrong"
    status = 422
    message: Any = _("这个代码没有通过校验：{code}")
    hint: Any = _("统一社会信用代码共 18 位，不含字母 I、O、S、V、Z，请对照证照原件核对。")


class LineMended(ChengxinError):
    code = "quality-line-mended"
    status = 409
    message: Any = _("这一行已经更正，不需要再核定代码。")
    hint: Any = _("更正后的记录有误的，请重新报送。")


class OrderClosed(ChengxinError):
    """Codes are decided on while the provider has the order."""

    code = "quality-order-closed"
    status = 409
    message: Any = _("这张工单现在不在您单位手上，不能核定代码。")
    hint: Any = _("需要补充的，请信用办退回工单。")
