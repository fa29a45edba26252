"""How the pages of inspections say what a plan, a draw and a visit are, on the workbench and on the public site."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.casework.procedures import procedure
from chengxin.faces.workbench.pages import Choice, say, words
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.catalogue import queries as catalogue
from chengxin.regulation.inspections import policy
from chengxin.regulation.inspections.checking import DRAWN, OPEN, VOID
from chengxin.regulation.inspections.queries.draws import DrawRow, RoundRow
from chengxin.regulation.inspections.queries.plans import PlanRow
from chengxin.regulation.inspections.rules import CONTROL

STATES = {OPEN: _("等待参加方"), VOID: _("本轮作废"), DRAWN: _("已抽取")}
TAGS = {OPEN: "wait", VOID: "bad", DRAWN: "good"}
PLAIN = _("对照组（不看等级）")


def names() -> dict[int, str]:
    """The organisations' names by id, in the language of the page."""
    return {o.id: say(o.name_zh, o.name_en) for o in accounts.organisations()}


def names_by_code() -> dict[str, str]:
    """The organisations' names by credit code, in the language of the page."""
    return {o.code: say(o.name_zh, o.name_en) for o in accounts.organisations()}


def divisions() -> dict[str, str]:
    """The city's divisions but the city itself, by code."""
    found = catalogue.code_list("division").meanings
    return {code: words(name) for code, name in found.items() if not code.endswith("00")}


def plan_line(row: PlanRow, organisations: Mapping[int, str]) -> dict[str, Any]:
    """A plan as a list or its own page shows it."""
    places = divisions()
    return {
        "row": row,
        "lead": organisations.get(row.lead_id, ""),
        "departments": [organisations.get(d, "") for d in row.departments],
        "matters": [say(m.zh, m.en) for m in row.matters],
        "divisions": [places.get(d, d) for d in row.divisions],
        "state": str(procedure("inspection-plan").state(row.state).name),
        "is_joint": len(row.departments) > 1,
    }


def draw_line(row: DrawRow, organisations: Mapping[int, str]) -> dict[str, Any]:
    """A draw as a register shows it."""
    return {
        "row": row,
        "lead": organisations.get(row.lead_id, ""),
        "state": STATES[row.state],
        "tag": TAGS[row.state],
        "size": row.statement["population"]["size"],
    }


def round_line(row: RoundRow, codes: Mapping[str, str], *, at: datetime) -> dict[str, Any]:
    """A round with its parties in words; `phase`: what is waited for at that moment."""
    committed = sum(1 for p in row.parties if p.commitment)
    all_in = committed == len(row.parties)
    phase = "over" if row.ended != OPEN else "reveal" if all_in or at >= row.commit_until else "commit"
    return {
        "row": row,
        "parties": [
            {"row": p, "name": codes.get(p.code, p.code), "late": p.code in row.defaulted} for p in row.parties
        ],
        "committed": committed,
        "revealed": sum(1 for p in row.parties if p.value),
        "state": STATES[row.ended],
        "tag": TAGS[row.ended],
        "phase": phase,
        "absent": [codes.get(code, code) for code in row.defaulted if code not in row.barred],
        "barred": [codes.get(code, code) for code in row.defaulted if code in row.barred],
    }


def strata(on: date) -> dict[str, str]:
    """What the strata are called, with the control group."""
    found = {b.stratum.code: say(b.zh, b.en) for b in policy.sampling(on).bands}
    return {**found, CONTROL: str(PLAIN)}


def rule_lines(statement: Mapping[str, Any], on: date) -> list[dict[str, Any]]:
    """The published rule in words: how many objects each stratum has and which share of them is drawn."""
    called = strata(on)
    return [
        {
            "name": called.get(code, code),
            "size": statement["population"]["strata"].get(code, 0),
            "share": per_myriad / 100,
        }
        for code, per_myriad, _rounding in statement["rule"]["strata"]
    ]


def matter_choices(on: date) -> list[Choice]:
    """The list of matters in force, each with its department."""
    codes = names_by_code()
    return [Choice(m.code, f"{say(m.zh, m.en)} · {codes.get(m.department, '')}") for m in policy.matters(on)]
