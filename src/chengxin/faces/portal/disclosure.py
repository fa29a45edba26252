"""What the city makes public beside the records of subjects, on one page."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe


@dataclass(frozen=True, slots=True)
class Section:
    """A part of what is public: where it stands, its name, and what one finds there."""

    url: str
    name: Any
    lead: Any


SECTIONS: tuple[tuple[Any, tuple[Section, ...]], ...] = (
    (
        _("监管"),
        (
            Section("portal:lists", _("名单"), _("有哪些名单、凭什么法律、怎样列入和移出，此刻谁在名单上。")),
            Section("portal:transparency", _("公开日志"), _("每次列入和移出都有一行；谁都可以核对没有悄悄增删。")),
            Section(
                "portal:measures",
                _("奖惩措施清单"),
                _("对谁、因为什么、依据哪条法律奖励或者限制；此外不得实施。"),
            ),
            Section("portal:checks", _("核查应用清单"), _("办理哪些事项时查验信用，谁可以查，答复哪些措施。")),
            Section("portal:inspections", _("双随机抽查"), _("抽查计划、事项清单、每次抽取；谁都可以重算一遍。")),
            Section(
                "portal:evaluation-models",
                _("评价模型登记册"),
                _("用什么记录、按什么规则评定信用等级；每个版本从哪天到哪天生效。"),
            ),
            Section("portal:campaigns", _("专项整治"), _("整治什么、按什么标准、由谁核查、进展和典型案例。")),
        ),
    ),
    (
        _("承诺与履行"),
        (
            Section("portal:commitments", _("信用承诺"), _("谁公开承诺了什么、是否履行。")),
            Section(
                "portal:commitment-letters",
                _("承诺书范本"),
                _("每个事项承诺什么、期限多长、违背了会怎样。"),
            ),
            Section("portal:commitment-check", _("核验承诺书"), _("按编号或者 PDF 看一份承诺书是不是本平台签署的。")),
        ),
    ),
    (
        _("权利"),
        (
            Section("portal:rights", _("您的权利"), _("怎样查看、提出异议、修复信用，多久有结果，不收费。")),
            Section("portal:training", _("信用修复培训"), _("免费课程的时间、地点和报名。")),
            Section("portal:training-certificate", _("核验培训证明"), _("按编号和校验码看一份培训证明是否真实。")),
        ),
    ),
    (
        _("政务公开"),
        (
            Section(
                "portal:service-levels",
                _("按期办理情况"),
                _("各单位办理异议、信用修复等事项是否守住了法定时限，按季度公开。"),
            ),
            Section("portal:quality", _("数据质量"), _("各单位报送得全不全、对不对、及不及时，每个数字怎样定义。")),
            Section("portal:takedowns", _("撤下时效"), _("记录修复、更正或者撤销以后，用过它的单位多快撤下。")),
            Section("portal:catalogue", _("归集目录"), _("归集哪些信用信息、依据什么、谁提供、公示多久。")),
            Section("portal:open-data", _("开放数据"), _("整份下载、增量和移除文件、接口；自然人只有受保护的统计。")),
            Section("portal:unverified", _("待核实的政策条目"), _("哪些规则还没有由法律人员核对原文。")),
            Section("rest:docs", _("开放接口"), _("用程序读取这里公开的内容。")),
        ),
    ),
)


@require_safe
def disclosure(request: HttpRequest) -> HttpResponse:
    """The sections, each with one sentence."""
    return render(request, "portal/disclosure.html", {"place": "disclosure", "groups": SECTIONS})
