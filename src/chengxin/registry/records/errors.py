"""Why a record cannot change."""

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class StateNotOpen(ChengxinError):
    """The record is not in a state from which this change leads on."""

    code = "record-state-not-open"
    status = 409
    message = _("这条记录现在的状态不允许这样办理。")
    hint = _("请刷新页面，查看记录的最新状态。")
