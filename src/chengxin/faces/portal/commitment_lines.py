"""How commitments are told on all pages: types, states, obligations, in the page's language."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.clock import local_date
from chengxin.faces.portal.templatetags.portal import say
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Words
from chengxin.regulation.commitments.decided import UndoneRow
from chengxin.regulation.commitments.queries import CommitmentRow, Statement
from chengxin.regulation.commitments.rows import CheckRow, DueRow
from chengxin.regulation.commitments.rules import KINDS, STATES, Cause, Kind, Result, State, Template

RESULTS = {Result.MET.value: _("已履行"), Result.NOT_MET.value: _("未履行")}
UNDONE = {
    Cause.CORRECTED.value: _("信用记录已更正，认定撤销"),
    Cause.WITHDRAWN.value: _("信用记录已撤销，认定撤销"),
    Cause.REVIEWED.value: _("经复核撤销"),
    Cause.MENDED.value: _("认定不变，恢复适用告知承诺制"),
}
TAGS = {
    State.RUNNING.value: "tag-wait",
    State.PERFORMED.value: "tag-good",
    State.PARTLY.value: "tag-bad",
    State.NOT_PERFORMED.value: "tag-bad",
}


def kind_name(kind: str) -> str:
    """The type's name."""
    return say(catalogue.code_list("commitment-kind").meanings[KINDS[Kind(kind)]])


def state_name(state: str) -> str:
    """The state's name."""
    return say(catalogue.code_list("commitment-state").meanings[STATES[State(state)]])


def kinds() -> list[dict[str, str]]:
    """The six types, for a filter."""
    return [{"code": kind.value, "name": kind_name(kind.value)} for kind in Kind]


def states() -> list[dict[str, str]]:
    """The states, for a filter."""
    return [{"code": state.value, "name": state_name(state.value)} for state in State]


def authorities() -> dict[int, str]:
    """The names of all organisations by id; a few dozen."""
    return {o.id: say(Words(o.name_zh, o.name_en)) for o in accounts.organisations()}


def line(row: CommitmentRow, names: dict[int, str]) -> dict[str, Any]:
    """A commitment as lists show it."""
    return {
        "row": row,
        "name": row.name or _("自然人"),
        "matter": say(row.matter),
        "kind": kind_name(row.kind),
        "state": state_name(row.state),
        "tag": TAGS[row.state],
        "authority": names.get(row.authority_id, ""),
        "signed_on": local_date(row.signed_at),
        "is_industry": row.kind == Kind.INDUSTRY.value,
    }


def due_line(due: DueRow, *, with_checks: bool) -> dict[str, Any]:
    """An obligation with its last day; what checks found is for those whom it concerns."""
    return {
        "due": due,
        "form": f"check-{due.id}",
        "text": say(due.text),
        "checks": [_check_line(c) for c in due.checks] if with_checks else [],
    }


def _check_line(check: CheckRow) -> dict[str, Any]:
    told = check.evidence
    if check.by_data:
        item = say(catalogue.item(check.item).name)
        told = _("没有符合条件的“{item}”记录。").format(item=item)
        if check.found_on is not None:
            told = _("{day} 的“{item}”记录。").format(item=item, day=check.found_on.isoformat())
    return {"row": check, "result": RESULTS[check.result], "told": told}


def undone_line(row: UndoneRow) -> dict[str, Any]:
    """A finding that was undone, and by what."""
    return {"row": row, "state": state_name(row.state), "cause": UNDONE[row.cause]}


def statement_context(found: Statement, *, with_checks: bool) -> dict[str, Any]:
    """What every page of one commitment shows."""
    return {
        "line": line(found.row, authorities()),
        "letter": letter_context(found.template),
        "dues": [due_line(due, with_checks=with_checks) for due in found.dues],
        "decision": found.decision,
        "undone": undone_line(found.undone) if found.undone else None,
    }


def letter_context(template: Template) -> dict[str, Any]:
    """A letter in words; the Chinese text stands beside the English, for it is the one that binds."""
    authority = accounts.organisation_by_code(template.authority) if template.authority else None
    return {
        "template": template,
        "reference": say(template.reference.name) if template.reference else "",
        "matter": say(template.matter),
        "kind": kind_name(template.kind.value),
        "text": say(template.text).splitlines(),
        "authentic": template.text.zh.splitlines(),
        "authority": say(Words(authority.name_zh, authority.name_en)) if authority else "",
        "obligations": [
            {
                "text": say(o.text),
                "days": o.due_days,
                "data": o.data,
                "item": say(catalogue.item(o.data.item).name) if o.data else "",
            }
            for o in template.obligations
        ],
        "breach": say(template.breach),
        "on_breach": [say(c.name) for c in template.on_breach],
    }
