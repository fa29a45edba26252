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
    Role.COMPANY_REPRESENTATIVE: Coming(
        _("本企业的信用空间：看清自己的记录，并能纠正。"),
        (
            _("本企业有哪些记录、由谁提供、公示到哪一天"),
            _("对记录提出异议，申请信用修复，并看到办到哪一步"),
            _("信用承诺和履约情况"),
        ),
    ),
    Role.RESIDENT: Coming(
        _("我的信用空间：只有您本人能看，也只为您本人服务。"),
        (
            _("平台上有关于我的哪些信息，谁在什么时候、为什么看过"),
            _("我给出的授权，以及随时撤回"),
            _("诚信卡和“信易+”便利；评价只在您本人申请后进行"),
        ),
    ),
    Role.BANK_CLERK: Coming(
        _("经企业授权的信用查询，用于中小微企业融资。"),
        (_("凭授权书查询企业信用信息，每次查询留痕"), _("发布融资产品，受理融资申请"), _("查询用量统计")),
    ),
    Role.AGENCY_CLERK: Coming(
        _("信用服务机构的工作空间。"),
        (_("机构备案和从业人员登记"), _("信用修复报告等服务的登记"), _("授权查询和用量统计")),
    ),
}
