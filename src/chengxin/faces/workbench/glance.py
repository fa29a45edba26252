"""The whole city at a glance, for the credit office."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chengxin.base import policy
from chengxin.faces.workbench.due import due_of
from chengxin.faces.workbench.names import CYCLES
from chengxin.faces.workbench.pages import say, words
from chengxin.intake.collection import queries as collection
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.catalogue import queries as catalogue


@dataclass(frozen=True, slots=True)
class Figures:
    """What one organisation, or the city, handed in since a day."""

    code: str
    name: str
    submissions: int
    rows: int
    taken: int
    rejected: int

    @property
    def share(self) -> str:
        """The rejected share of the rows, in per cent with one decimal."""
        return f"{100 * self.rejected / self.rows:.1f}%" if self.rows else "–"


@dataclass(frozen=True, slots=True)
class Glance:
    """What the credit office sees first."""

    since: date
    finding: str
    rows: list[Figures]
    total: Figures
    late: list[dict[str, Any]]
    unverified: int


def city_at_a_glance(*, since: date, on: date) -> Glance:
    """Who handed in what since `since`, what is late on the day `on`, and which policy waits for a lawyer."""
    names = {o.id: (o.code, say(o.name_zh, o.name_en)) for o in accounts.organisations()}
    rows = [
        Figures(*names[f.organisation_id], f.submissions, f.rows, f.rows - f.rejected, f.rejected)
        for f in collection.figures_by_organisation(since=since)
        if f.organisation_id in names
    ]
    rows.sort(key=lambda f: (-(f.rejected / f.rows if f.rows else 0), -f.rows))
    total = Figures("", "", *(sum(getattr(f, k) for f in rows) for k in ("submissions", "rows", "taken", "rejected")))
    return Glance(since, _finding(rows, total), rows, total, _late(names, on), _unverified())


def _finding(rows: list[Figures], total: Figures) -> str:
    if not rows:
        return _("近 30 天没有单位交数据")
    return ngettext(
        "近 30 天有 %(n)s 个单位交了数据，未通过 %(share)s",
        "近 30 天有 %(n)s 个单位交了数据，未通过 %(share)s",
        len(rows),
    ) % {"n": len(rows), "share": total.share}


def _late(names: dict[int, tuple[str, str]], on: date) -> list[dict[str, Any]]:
    items = {item.code: item for item in catalogue.items()}
    late = []
    for (organisation_id, item_code), last_at in collection.last_hand_ins().items():
        if item_code not in items or organisation_id not in names:
            continue
        due = due_of(items[item_code], last_at, on=on)
        if due.is_late:
            late.append(
                {
                    "organisation": names[organisation_id][1],
                    "name": words(due.item.name),
                    "cycle": CYCLES.get(due.item.update_cycle, due.item.update_cycle),
                    "last_at": last_at,
                    "next_on": due.next_on,
                }
            )
    return sorted(late, key=lambda row: row["next_on"])


def _unverified() -> int:
    kinds = sorted(path.stem for path in (policy.city_folder() / "policy").glob("*.yaml"))
    entries = [entry for kind in kinds for entry in policy.entries(kind)]
    return sum(1 for entry in entries if not entry.verified)
