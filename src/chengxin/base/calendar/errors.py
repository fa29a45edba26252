"""What can go wrong with days."""

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class UnannouncedYear(ChengxinError):
    """The State Council's holiday notice for that year is not known (yet), so its working days cannot be counted."""

    code = "unannounced-year"
    status = 503
    message = _("{year} 年的放假安排尚未录入，暂时不能计算工作日。")
    hint = _("国务院办公厅通常在上一年 11 月发布通知；发布后由市信用办录入政策文件。")
    retryable = True
