"""Rows of collection in the words of the page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import NotFound
from chengxin.faces.workbench.pages import Choice, say, words
from chengxin.intake.collection.queries import SubmissionRow
from chengxin.intake.collection.rules import State
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.catalogue import queries as catalogue

STATES = {
    State.RECEIVED: _("已收到，排队中"),
    State.PROCESSING: _("处理中"),
    State.DONE: _("已完成"),
    State.UNREADABLE: _("文件读不了"),
    State.FAILED: _("系统故障，未入库"),
}
TAGS = {
    State.RECEIVED: "waiting",
    State.PROCESSING: "waiting",
    State.DONE: "good",
    State.UNREADABLE: "bad",
    State.FAILED: "bad",
}
FINISHED = frozenset({State.DONE, State.UNREADABLE, State.FAILED})


def item_name(code: str) -> str:
    """What the item is called; its code where the catalogue of today no longer has it."""
    try:
        return words(catalogue.item(code).name)
    except NotFound:
        return code


def field_names(item_code: str) -> dict[str, str]:
    """What the fields of the item are called, by code."""
    try:
        return {field.code: words(field.name) for field in catalogue.item(item_code).fields}
    except NotFound:
        return {}


def divisions() -> list[Choice]:
    """The city's own divisions as options; the city itself stands for all of them."""
    found = catalogue.code_list("division").meanings
    return [Choice(code, words(name)) for code, name in found.items() if not code.endswith("00")]


def organisation_names() -> dict[int, str]:
    """What the organisations are called, by id."""
    return {o.id: say(o.name_zh, o.name_en) for o in accounts.organisations()}


def submission_line(row: SubmissionRow, organisations: dict[int, str]) -> dict[str, Any]:
    """A submission as a line of a table."""
    done = row.state == State.DONE
    figures = (row.rows, row.accepted, row.corrected, row.unchanged, row.rejected)
    return {
        "id": row.id,
        "item_name": item_name(row.item),
        "organisation": organisations.get(row.organisation_id, ""),
        "filename": row.filename,
        "received_at": row.received_at,
        "state_name": STATES[State(row.state)],
        "tag": TAGS[State(row.state)],
        "figures": figures if done else (None,) * len(figures),
    }
