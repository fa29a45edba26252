"""Subscriptions and their deliveries in the words of the page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.faces.portal.templatetags.portal import named
from chengxin.faces.workbench.pages import say
from chengxin.faces.workbench.shown import divisions, item_name
from chengxin.intake.delivery import policy, queries
from chengxin.intake.delivery.queries import DispatchRow, SubscriptionRow
from chengxin.intake.delivery.rules import Choice, FileFormat, Kind, Outcome, Road, Subjects
from chengxin.intake.delivery.selection_queries import SelectionRow
from chengxin.registry.records.rules import EventKind

STATES = {
    queries.REQUESTED: _("等待审批"),
    queries.APPROVED: _("生效中"),
    queries.REJECTED: _("未批准"),
    queries.ENDED: _("已终止"),
}
TAGS = {queries.REQUESTED: "tag-wait", queries.APPROVED: "tag-good", queries.REJECTED: "tag-bad", queries.ENDED: ""}
ROADS = {Road.WEBHOOK: _("推送"), Road.PULL: _("接口领取"), Road.FILE: _("文件")}
SUBJECTS = {
    Subjects.ALL: _("全部主体"),
    Subjects.LIST: _("主体名单"),
    Subjects.SAVED: _("已保存的主体筛选"),
    Subjects.SELECTION: _("按登记地区划"),
}
KINDS = {Kind.PUBLIC: _("社会公开"), Kind.LAW: _("法律依据"), Kind.CONSENT: _("本人授权")}
FORMATS = {FileFormat.JSONL: "JSON Lines", FileFormat.CSV: "CSV"}
EVENTS = {
    EventKind.ADDED: _("新增"),
    EventKind.CORRECTED: _("已更正"),
    EventKind.DISPUTED: _("异议处理中"),
    EventKind.RESTORED: _("恢复有效"),
    EventKind.SUSPENDED: _("暂停公示和使用"),
    EventKind.REPAIRED: _("已修复"),
    EventKind.WITHDRAWN: _("已撤销"),
    EventKind.ENDED: _("公示期满"),
}
WAITING = "waiting"  # in an address, where an empty value means: all
OUTCOMES = {
    WAITING: _("等待交付"),
    Outcome.ACKNOWLEDGED.value: _("已签收"),
    Outcome.DEAD.value: _("对方拒收，已停止"),
    Outcome.WITHHELD.value: _("不再有权接收，未交付"),
    Outcome.ENDED.value: _("订阅终止，未交付"),
}
OUTCOME_TAGS = {WAITING: "tag-wait", Outcome.ACKNOWLEDGED.value: "tag-good", Outcome.DEAD.value: "tag-bad"}
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def subscription_line(row: SubscriptionRow) -> dict[str, Any]:
    """A subscription as a line of a list and as the facts of its page."""
    basis = policy.basis_named(row.basis)
    return {
        "row": row,
        "name": say(row.organisation_zh, row.organisation_en),
        "state": STATES[row.state],
        "tag": TAGS[row.state],
        "road": ROADS[Road(row.road)],
        "format": FORMATS[FileFormat(row.file_format)],
        "kind": KINDS[Kind(row.kind)],
        "basis": say(basis.zh, basis.en) if basis else row.basis,
        "source": basis.source if basis else "",
        "subjects": SUBJECTS[Subjects(row.subjects)],
        "selection": [*row.selection.get("divisions", ()), *row.selection.get("categories", ())],
        "criteria": choice_line(row.saved.choice) if row.saved else [],
        "items": [item_name(code) for code in row.items],
        "lag": lag(row.lag_seconds),
    }


def selection_line(row: SelectionRow) -> dict[str, Any]:
    """A saved selection as a line of a list and as the facts of its page."""
    owner = say(row.organisation_zh, row.organisation_en) or str(_("信用办（各单位共用）"))
    return {"row": row, "owner": owner, "criteria": choice_line(row.choice)}


def choice_line(choice: Choice) -> list[str]:
    """What a selection asks for, in words."""
    told = [item_name(choice.item), str(_("至少 {n} 条正在公示的记录")).format(n=choice.least)]
    if choice.months:
        told.append(str(_("近 {n} 个月内决定的")).format(n=choice.months))
    told += [str(named(severity)) for severity in choice.severities]
    names = {one.code: str(one.name) for one in divisions()} if choice.divisions else {}
    return told + [names.get(code, code) for code in choice.divisions]


def lag(seconds: float) -> str:
    """The age of the oldest event that waits, in the largest unit that fits; empty where none waits."""
    if seconds <= 0:
        return ""
    if seconds < MINUTE:
        return str(_("{n} 秒")).format(n=int(seconds))
    if seconds < HOUR:
        return str(_("{n} 分钟")).format(n=int(seconds // MINUTE))
    if seconds < DAY:
        return str(_("{n} 小时")).format(n=int(seconds // HOUR))
    return str(_("{n} 天")).format(n=int(seconds // DAY))


def dispatch_line(row: DispatchRow) -> dict[str, Any]:
    """An event for a consumer as a line of a list."""
    outcome = row.outcome or WAITING
    return {
        "row": row,
        "name": say(row.organisation_zh, row.organisation_en),
        "item": item_name(row.item),
        "kind": EVENTS[EventKind(row.kind)],
        "outcome": OUTCOMES[outcome],
        "tag": OUTCOME_TAGS.get(outcome, ""),
        "is_dead": row.outcome == Outcome.DEAD,
    }
