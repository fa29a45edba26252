"""How the pages of campaigns say what a campaign is and how far it is."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from chengxin.base.casework.procedures import procedure
from chengxin.faces.workbench.pages import say, words
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.catalogue import queries as catalogue
from chengxin.regulation.campaigns import policy
from chengxin.regulation.campaigns.queries import CampaignRow, Progress
from chengxin.regulation.campaigns.rules import Outcome, Selection


def names() -> dict[int, str]:
    """The organisations' names by id, in the language of the page."""
    return {o.id: say(o.name_zh, o.name_en) for o in accounts.organisations()}


def campaign_line(row: CampaignRow, organisations: Mapping[int, str], *, on: date) -> dict[str, Any]:
    """A campaign as a list or its own page shows it on that day."""
    return {
        "row": row,
        "field": say(row.field_zh, row.field_en),
        "lead": organisations.get(row.lead_id, ""),
        "members": [organisations.get(m, "") for m in row.members],
        "state": _("尚未开始") if row.waits_on(on) else str(procedure("campaign").state(row.state).name),
    }


def selection_lines(selection: Selection) -> dict[str, Any]:
    """A saved query in words."""
    return {
        "item": words(catalogue.item(selection.item).name),
        "severities": selection.severities,
        "divisions": selection.divisions,
        "since": selection.since,
        "until": selection.until,
        "least": selection.least,
    }


def progress_line(row: Progress, organisations: Mapping[int, str], *, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """How far a member is, with the number of each of these outcomes."""
    return {
        "row": row,
        "organisation": organisations.get(row.organisation_id, ""),
        "state": str(procedure("campaign-order").state(row.state).name),
        "outcomes": [(o.version, said(o), row.outcomes.get(o.version, 0)) for o in outcomes],
        "open": row.outcomes.get("", 0),
        "share": round(100 * row.settled / row.targets) if row.targets else 0,
    }


def columns(progress: Sequence[Progress], *, on: date | None) -> tuple[Outcome, ...]:
    """The outcomes that any member has targets of, and those of that day where one is given: while it runs."""
    return policy.outcomes_among({v for each in progress for v in each.outcomes}, on=on)


def said(outcome: Outcome) -> str:
    """An outcome's name in the language of the page."""
    return say(outcome.zh, outcome.en)


def whole(text: str) -> int | None:
    """The number that a form or an address names; None where it is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else None
