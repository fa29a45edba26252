"""Credit checks in the words of the page, for the workbench, My space, the widget and the public catalogue alike."""

from collections.abc import Sequence
from itertools import repeat
from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base import policy as dated
from chengxin.base.clock import local_date
from chengxin.base.listing import listed
from chengxin.base.policy import NoPolicy
from chengxin.faces.workbench.pages import say, words
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.catalogue import queries as catalogue
from chengxin.regulation.measures import policy
from chengxin.regulation.measures.queries import FeedbackRow, MeasureRow, ReceiptRow
from chengxin.regulation.measures.rules import Class, Effect, Kind, Matter, Measure, Outcome, RecordTrigger, Target

CLASSES = {
    Class.REWARD: _("守信激励"),
    Class.LESSENING: _("第一类：依法减损权益或者增加义务"),
    Class.HANDLING: _("第二类：公共机关履职中的相关管理"),
    Class.BY_OTHERS: _("第三类：其他主体自主决定（公共机关不得要求）"),
    Class.BY_LAW: _("第四类：法律另有规定的措施"),
}
KINDS = {
    Kind.MARKET_ENTRY: _("限制市场或者行业准入"),
    Kind.POSTS: _("限制任职"),
    Kind.HIGH_CONSUMPTION: _("限制高消费"),
    Kind.EXIT_BAN: _("不准出境"),
    Kind.SCHOOLING: _("限制升学复学"),
    Kind.PUBLICATION: _("共享公示"),
    Kind.CRITICISM: _("通报批评、公开谴责"),
    Kind.PUBLIC_PROJECTS: _("限制财政性资金项目"),
    Kind.HONOURS: _("限制评先评优"),
    Kind.PREFERENTIAL_POLICY: _("限制优惠政策和便利"),
    Kind.KEY_SUPERVISION: _("重点监管"),
    Kind.MARKET_RATINGS: _("市场化征信和评级"),
    Kind.CREDIT_GRANTING: _("从严审慎授信"),
    Kind.OTHER_BY_LAW: _("法律规定的其他措施"),
    Kind.GREEN_CHANNEL: _("绿色通道"),
    Kind.REDUCED_DOCUMENTS: _("容缺受理"),
    Kind.FEWER_INSPECTIONS: _("减少检查"),
    Kind.PRIORITY_PROJECTS: _("项目优先"),
    Kind.PROCUREMENT_SCORING: _("采购信用加分"),
    Kind.HONOURS_FIRST: _("优先评先评优"),
    Kind.PAY_LATER: _("先享后付"),
    Kind.FINANCING: _("融资服务"),
    Kind.BENEFITS: _("公交、文化等惠民"),
}
TARGETS = {
    Target.ORGANISATION: _("单位本身（含个体工商户）"),
    Target.LEGAL_REPRESENTATIVE: _("法定代表人、主要负责人"),
    Target.PERSONS_LIABLE: _("直接责任人员"),
    Target.NATURAL_PERSON: _("自然人"),
}
EFFECTS = {Effect.RESTRICTION: _("惩戒"), Effect.REWARD: _("激励")}
OUTCOMES = {Outcome.APPLIED: _("已实施"), Outcome.NOT_APPLIED: _("未实施"), Outcome.REWARDED: _("已给予")}
DOORS = {"screen": _("网页"), "api": _("接口"), "file": _("文件"), "widget": _("嵌入")}
ORIGINS = {"city": _("本市"), "region": _("自治区"), "nation": _("国家"), "national": _("国家"), "": ""}


def measure_line(measure: Measure) -> dict[str, Any]:
    """An entry of the catalogue of measures."""
    return {
        "measure": measure,
        "name": say(measure.name_zh, measure.name_en),
        "klass": CLASSES[measure.klass],
        "kind": KINDS[measure.kind],
        "effect": EFFECTS[measure.effect],
        "is_reward": measure.effect is Effect.REWARD,
        "targets": [TARGETS[t] for t in Target if t in measure.targets],
        "executors": [organisation_name(code) for code in measure.executors],
        "basis": measure.basis,
        "does": say(measure.does_zh, measure.does_en),
        "starts": say(measure.starts_zh, measure.starts_en),
        "ends": say(measure.ends_zh, measure.ends_en),
        "exceptions": say(measure.exceptions_zh, measure.exceptions_en),
        "triggers": [*map(_list_trigger, sorted(measure.lists), repeat(measure)), *map(_trigger, measure.records)],
        "origin": ORIGINS.get(measure.origin, measure.origin),
    }


def matter_line(matter: Matter) -> dict[str, Any]:
    """An entry of the checks catalogue."""
    return {
        "matter": matter,
        "name": say(matter.name_zh, matter.name_en),
        "purpose": say(matter.purpose_zh, matter.purpose_en),
        "basis": matter.basis,
        "departments": [organisation_name(code) for code in matter.departments],
    }


def receipt_line(row: ReceiptRow) -> dict[str, Any]:
    """A receipt with its measures; `…_once`: each named once, whatever it rests on."""
    restrictions, rewards = ([answer_line(m) for m in part] for part in (row.restrictions, row.rewards))
    return {
        "row": row,
        "matter": say(row.matter.name_zh, row.matter.name_en),
        "who": organisation_name(row.organisation_code),
        "name": subject_name(row),
        "door": DOORS.get(row.door, row.door),
        "report_by": policy.report_by(local_date(row.at)) if row.is_open else None,
        "restrictions": restrictions,
        "rewards": rewards,
        "restrictions_once": _once(restrictions),
        "rewards_once": _once(rewards),
    }


def measure_names(rows: Sequence[MeasureRow]) -> list[str]:
    """What these measures are called, each once, those that are disputed first."""
    disputed_first = sorted(rows, key=lambda row: not row.is_disputed)
    return list(dict.fromkeys(say(row.measure.name_zh, row.measure.name_en) for row in disputed_first))


def feedback_told(row: MeasureRow) -> str:
    """What was done about a measure, in one clause; empty where nothing was reported."""
    name = say(row.measure.name_zh, row.measure.name_en)
    return f"{name}{_('：')}{OUTCOMES[row.feedback.outcome]}" if row.feedback else ""


def subject_name(row: ReceiptRow) -> str:
    """Whom a receipt is about: natural persons are not named."""
    return row.name or (str(_("自然人")) if row.about else "")


def _once(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line of each name; where several bear it, one that is not disputed."""
    disputed_first = sorted(lines, key=lambda line: not line["row"].is_disputed)
    return list({line["name"]: line for line in disputed_first}.values())


def answer_line(row: MeasureRow) -> dict[str, Any]:
    """A measure that a receipt answered with."""
    given = Outcome.REWARDED if row.measure.effect is Effect.REWARD else Outcome.APPLIED
    return {
        "row": row,
        **measure_line(row.measure),
        "ground": list_name(row.list_code) if row.list_code else item_name(row.item),
        "authority": say(row.authority_zh, row.authority_en),
        "ground_origin": ORIGINS.get(row.origin, row.origin),
        "feedback": feedback_line(row.feedback) if row.feedback else None,
        "outcomes": [(given.value, OUTCOMES[given]), (Outcome.NOT_APPLIED.value, OUTCOMES[Outcome.NOT_APPLIED])],
    }


def feedback_line(row: FeedbackRow) -> dict[str, Any]:
    """What a department did."""
    return {"row": row, "outcome": OUTCOMES[row.outcome]}


def list_name(code: str) -> str:
    """What a list is called; its code where policy does not hold it."""
    try:
        found = next((e for e in dated.entries("lists") if e.code == code), None)
    except (NoPolicy, OSError):
        found = None
    return say(found.values["name"]["zh"], found.values["name"]["en"]) if found else code


def item_name(code: str) -> str:
    """What an item of the collection catalogue is called."""
    return words(catalogue.item(code).name) if code else ""


def organisation_name(code: str) -> str:
    """What an organisation is called; its code where there is none. Those of the profile are known without asking."""
    if listed_name := catalogue.organisation_names().get(code):
        return words(listed_name)
    found = accounts.organisation_by_code(code) if code else None
    return say(found.name_zh, found.name_en) if found else code


def _list_trigger(code: str, measure: Measure) -> str:
    months = dict(measure.list_months).get(code)
    return f"{list_name(code)} · {_('列入之日起 {n} 个月内').format(n=months)}" if months else list_name(code)


def _trigger(trigger: RecordTrigger) -> str:
    named = item_name(trigger.item)
    fields = catalogue.item(trigger.item).by_code
    least = [(words(fields[f].name), a.at_least) for a in trigger.amounts for f in a.fields]
    values = listed([*sorted(trigger.any_of), *(str(_("{field}不少于 {n}").format(field=f, n=n)) for f, n in least)])
    values = " · ".join(filter(None, (values, *(listed(sorted(any_of)) for _field, any_of in trigger.also))))
    months = _("决定之日起 {n} 个月内").format(n=trigger.months) if trigger.months else ""
    grave = _("严重失信") if trigger.severity == "serious" else ""
    return " · ".join(str(part) for part in (named, grave, values, months) if part)
