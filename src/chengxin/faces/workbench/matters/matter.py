"""How the cases of a procedure look and are moved on; a room's procedure gets its own, all others the plain one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chengxin.base.casework import services as casework
from chengxin.base.casework.queries import CaseRow
from chengxin.base.errors import ChengxinError
from chengxin.faces.workbench.access import SignedInRequest
from chengxin.registry.accounts.rules import Actor


def take_plainly(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step that has no effect but its own."""
    reason = request.POST.get("reason", "")
    casework.take_step(case_id, step, by=request.actor, at=at, reason=reason)


def nothing(_case: CaseRow, _actor: Actor, _at: datetime) -> dict[str, Any]:
    """No context beyond the case's own."""
    return {}


@dataclass(frozen=True, slots=True)
class Matter:
    """The procedure's part of a case page.

    template: included on the page, with the case and what `context` gives; "" for none
    context: what the template shows; `closed_steps` in it are codes of steps that are not offered now
    forms: step code -> template with the further fields of that step's form, within the form
    take: takes the step that a form asks for, through the room's own service, and may return what to say about it;
        raises `ChengxinError`
    fields: which field of a form a refusal is about, by its class; any other is said of the reason
    """

    template: str = ""
    context: Callable[[CaseRow, Actor, datetime], dict[str, Any]] = nothing
    forms: Mapping[str, str] = field(default_factory=dict)
    take: Callable[[SignedInRequest, int, str, datetime], str | None] = take_plainly
    fields: Mapping[type[ChengxinError], str] = field(default_factory=dict)
