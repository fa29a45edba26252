"""What can go wrong with open data."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError, NotFound


class NotOpen(NotFound):
    """The item is no open resource, or there is no such item: both give the same answer."""

    message: Any = _("开放目录中没有“{item}”。")
    hint: Any = _("请在数据开放页面查看有哪些开放资源。")


class BeingRenewed(ChengxinError):
    """A record in the file is public no more, so the file is not given out until it is made anew."""

    code = "file-being-renewed"
    status = 503
    retryable = True
    message: Any = _("这份文件里有记录刚刚停止公示，正在生成新的文件。")
    hint: Any = _("请一分钟后重试；移除文件和接口已经是最新的。")


class BudgetSpent(ChengxinError):
    """Publishing this statistic would spend more privacy than policy allows in a year."""

    code = "privacy-budget-spent"
    status = 409
    message: Any = _("今年的隐私预算不够再发布这项统计。")
    hint: Any = _("已经发布的数字不变；明年再发布，或者由市信用办依规调整政策。")
