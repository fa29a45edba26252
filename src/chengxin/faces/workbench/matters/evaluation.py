"""An evaluation model on the case page: what it says, what the trial showed, whom it would move and why."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengxin.base.casework.queries import CaseRow
from chengxin.base.clock import local_date
from chengxin.evaluation.runs import comparing, trials
from chengxin.evaluation.runs import queries as runs
from chengxin.evaluation.runs.errors import TrialInterrupted
from chengxin.evaluation.runs.rules import OPEN_TRIALS, TrialStage, TrialState
from chengxin.evaluation.scorecards import queries, services, wording
from chengxin.evaluation.scorecards.errors import DayMissing, DayTaken, DayTooEarly
from chengxin.evaluation.scorecards.procedure import DRAFTED
from chengxin.evaluation.scorecards.queries import TrialRow
from chengxin.faces.portal.evaluation import model_line
from chengxin.faces.workbench import evaluation
from chengxin.faces.workbench.access import SignedInRequest
from chengxin.faces.workbench.matters.matter import Matter
from chengxin.faces.workbench.pages import say
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.subjects import queries as subjects

MOVERS = 10
STATES = {
    TrialState.WAITING: gettext_lazy("排队中，等待试算"),
    TrialState.RUNNING: gettext_lazy("正在试算"),
    TrialState.DONE: gettext_lazy("试算完成"),
    TrialState.FAILED: gettext_lazy("试算没有完成"),
    TrialState.INTERRUPTED: gettext_lazy("试算没有完成"),
}
STAGES = {
    TrialStage.SNAPSHOT: gettext_lazy("取记录快照"),
    TrialStage.PRESENT: gettext_lazy("用现行版本计算"),
    TrialStage.DRAFT: gettext_lazy("用草案计算"),
    TrialStage.COMPARING: gettext_lazy("比较两次结果"),
}


def model_context(case: CaseRow, _actor: Actor, at: datetime) -> dict[str, Any]:
    """The version, its trial against the present one, and the earliest day from which it may be in force."""
    on = local_date(at)
    row = queries.row_of_case(case.id, on=on)
    trial, order = row.trial, order_line(case.id)
    if order and trial and case.state == DRAFTED:  # it ended after the case was read: the page asks again
        order["is_open"] = True
    return {
        "line": model_line(row),
        "earliest": services.earliest_day(row.model, on=on),
        "trial": trial,
        "order": order,
        **(_compared(trial) if trial and trial.present_run_id else {}),
    }


def order_line(case_id: int) -> dict[str, Any] | None:
    """How far the latest trial of the case is, in words; None where none was asked for."""
    row = runs.trial_of_case(case_id)
    if row is None:
        return None
    stages = list(TrialStage)
    return {
        "row": row,
        "state": STATES[row.state],
        "stage": STAGES[row.stage] if row.stage else "",
        "step": stages.index(row.stage) if row.stage else 0,
        "steps": len(stages),
        "is_open": row.state in OPEN_TRIALS,
        "is_waiting": row.state is TrialState.WAITING,
        "is_failed": row.state in {TrialState.FAILED, TrialState.INTERRUPTED},
        "said": say(row.said_zh, row.said_en) or f"{TrialInterrupted().sentence} {TrialInterrupted().advice}",
    }


def _compared(trial: TrialRow) -> dict[str, Any]:
    before, after = trial.present_run_id or 0, trial.run_id
    found = comparing.compared(before, after)
    movers = comparing.movers(before, after, page=1, size=MOVERS)
    names = subjects.names_of([m.subject_id for m in movers])
    versions = [queries.model(r.model, r.version) for r in (found.before, found.after)]
    titles = {i.code: wording.say(i.title) for m in versions for i in m.indicators}
    return {
        "share": evaluation.per_cent(found.up + found.down, found.matched),
        "rules": evaluation.rule_changes(*versions),
        "moves": [m for m in found.moves if m.before != m.after],
        "causes": [{"cause": c, "title": titles[c.code]} for c in found.causes],
        "movers": [{"mover": m, "name": names[m.subject_id][0], "code": names[m.subject_id][1]} for m in movers],
    }


def take(request: SignedInRequest, case_id: int, step: str, at: datetime) -> str | None:
    """Have the version tried by a task, approve, refuse, withdraw or publish it."""
    if step == "try":
        trials.ask(case_id, by=request.actor, at=at)
        return _("已排队试算。同一草案不会重复试算；完成后这一页会显示对比结果。")
    elif step == "publish":
        services.publish(case_id, effective_from=_day(request), by=request.actor, at=at)
    else:
        services.take(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))
    return None


def _day(request: SignedInRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("effective_from", ""))
    except ValueError:
        raise DayMissing from None


MODEL = Matter(
    "workbench/_matter_evaluation_model.html",
    model_context,
    forms={"publish": "workbench/_form_model_publish.html", "try": "workbench/_form_model_try.html"},
    take=take,
    fields=dict.fromkeys((DayMissing, DayTooEarly, DayTaken), "effective_from"),
)
