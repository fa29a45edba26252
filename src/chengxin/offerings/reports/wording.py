"""What stands on a report besides the records, in Chinese, with English in the room's locale."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NAMES: dict[str, Any] = {
    "legal-person": gettext_lazy("法人"),
    "other-organisation": gettext_lazy("非法人组织"),
    "sole-trader": gettext_lazy("个体工商户"),
    "active": gettext_lazy("存续"),
    "revoked": gettext_lazy("吊销"),
    "deregistered": gettext_lazy("注销"),
    "minor": gettext_lazy("轻微失信"),
    "general": gettext_lazy("一般失信"),
    "serious": gettext_lazy("严重失信"),
    "registration-number": gettext_lazy("工商注册号"),
    "organisation-code": gettext_lazy("组织机构代码"),
    "tax-number": gettext_lazy("税务登记号"),
    "institution-number": gettext_lazy("事业单位证书号"),
    "social-organisation-number": gettext_lazy("社会组织登记证号"),
    "unified-social-credit-code": gettext_lazy("曾用统一社会信用代码"),
}


def named(code: str) -> str:
    """What a code of the platform is called in the language that is active now."""
    return str(NAMES.get(code, code))


def labels(*, verify_address: str) -> dict[str, str]:
    """The report's fixed texts in the language that is active now."""
    return {
        "title": _("公共信用信息报告"),
        "edition": _("法人和非法人组织版"),
        "number": _("报告编号"),
        "check_code": _("核验码"),
        "as_of": _("信息截至"),
        "issued": _("出具时间"),
        "scan": _("扫码核验"),
        "subject": _("信用主体"),
        "code": _("统一社会信用代码"),
        "kind": _("主体类别"),
        "status": _("登记状态"),
        "former_names": _("曾用名"),
        "summary": _("信息概要"),
        "category": _("信息类别"),
        "records": _("条数"),
        "total": _("合计"),
        "none": _("截至出具之日，没有公示的此类信息。"),
        "source": _("信息来源"),
        "decided_on": _("日期"),
        "basis": _("归集依据"),
        "public_until": _("公示至"),
        "disputed": _("异议处理中"),
        "contest": _("对本条有异议"),
        "rights": _("说明与权利告知"),
        "signed": _("电子签名"),
        "page": _("第 {page} 页，共 {pages} 页"),
        "seal": _("本报告由出具单位电子签名。签名、编号和自出具以来的变化，可在以下地址核验："),
        "verify_address": verify_address,
    }


def contest(source: str, office: str) -> str:
    """Where a record can be contested."""
    return _("可以向{source}或者{office}提出异议，说明理由并附证据。").format(source=source or office, office=office)


def notes(*, rights_address: str, site: str) -> list[str]:
    """The explanations and rights at the end of a report, in order."""
    return [
        _(
            "本报告只载明依法公开、并且在出具当日处于公示期内的公共信用信息；公示期届满、已经修复或者撤销的信息不再载入。"
        ),
        _(
            "报告内容由各信息提供单位报送并对其真实性负责，{site}如实归集，不作评价，不构成对主体信用状况的担保。"
        ).format(site=site),
        _("没有公示的信息不代表没有其他信息；政务共享和授权查询的信息不载入本报告。"),
        _(
            "认为信息有错误、遗漏、超过公示期限或者不应公开的，"
            "可以向信息提供单位或者信用办提出异议；处理期间，该条信息标注“异议处理中”。"
            "办法见 {address}#dispute。"
        ).format(address=rights_address),
        _(
            "最短公示期届满、失信行为已经纠正并履行义务的，可以申请信用修复，不收取任何费用"
            "（《信用修复管理办法》，国家发展和改革委员会令第36号）。办法见 {address}#repair。"
        ).format(address=rights_address),
        _("公示状态随时间变化。使用前请核验本报告：自出具以来有新增、更正或者不再公示的信息，核验页会逐条指明。"),
    ]


def person_labels(*, verify_address: str) -> dict[str, str]:
    """The fixed texts of a natural person's report in the language that is active now."""
    return labels(verify_address=verify_address) | {
        "title": _("个人公共信用信息报告"),
        "edition": _("自然人版"),
        "none": _("没有此类信息。"),
        "own_note": _("本人说明"),
        "looks": _("查询记录"),
        "no_looks": _("没有单位查询过。"),
        "look_at": _("时间"),
        "look_by": _("查询单位"),
        "look_for": _("用途"),
    }


PURPOSES: dict[str, Any] = {
    "own-report": gettext_lazy("本人查询"),
    "window-consent": gettext_lazy("服务窗口办理纸质授权"),
    "delegate-look": gettext_lazy("受您委托查看"),
    "dispute": gettext_lazy("办理异议"),
    "disputes": gettext_lazy("办理异议"),
    "repair": gettext_lazy("办理信用修复"),
    "commitment-check": gettext_lazy("核查您的信用承诺、办理后续事项"),
}


def purpose(code: str) -> str:
    """What a purpose is called that no policy names."""
    return str(PURPOSES.get(code, code))


def person_notes(*, rights_address: str, site: str) -> list[str]:
    """The explanations and rights at the end of a natural person's report, in order."""
    return [
        _(
            "本报告只向本人出具，或者在本人授权的用途、范围和期间内向被授权单位出具；每次出具都记入本人可以查看的查询记录。"
        ),
        _("姓名和证件号码已作遮盖。未经本人同意，不得向他人提供本报告，也不得用于授权以外的用途。"),
        _(
            "报告内容由各信息提供单位报送并对其真实性负责，{site}如实归集，不作评价，不构成对主体信用状况的担保。"
        ).format(site=site),
        _(
            "认为信息有错误、遗漏或者不应归集的，可以在“我的空间”提出异议；"
            "处理期间，该条信息标注“异议处理中”。办法见 {address}#dispute。"
        ).format(address=rights_address),
        _("查询记录依法保密的，在保密期届满后载入。"),
        _("使用前请核验本报告：核验页只告知编号、日期、有效期、遮盖后的姓名和出具以来有无变化。"),
    ]
