"""What will come for those whose pages are not built yet, said plainly."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.registry.accounts.rules import Role


@dataclass(frozen=True, slots=True)
class Coming:
    """What a role will find here later."""

    lead: Any
    lines: tuple[Any, ...]


FOR = {
    Role.BANK_CLERK: Coming(
        _("经企业授权的信用查询，用于中小微企业融资。"),
        (_("发布融资产品，受理融资申请"), _("查询用量统计")),
    ),
    Role.AGENCY_CLERK: Coming(
        _("信用服务机构的工作空间。"),
        (_("机构备案和从业人员登记"), _("信用修复报告等服务的登记"), _("查询用量统计")),
    ),
}
