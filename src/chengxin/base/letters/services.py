"""Writing to those whom a matter concerns: every step that the law wants in writing goes through `write`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language

from chengxin.base import policy
from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of both languages, as the one that is active says it."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


@transaction.atomic
def write(
    template: str,
    *,
    to: Party,
    values: Mapping[str, str],
    by: audit.Who,
    at: datetime,
    case_id: int | None = None,
) -> int:
    """Write the letter `template` (`room/code`: entry `code` of `policy/letters-room.yaml`) to `to`; returns its id.

    `values` fills the template's places, in both languages alike. Raises `NoPolicy` for a template that does not apply
    on that day, `KeyError` for a place without a value.
    """
    room, code = template.split("/")
    entry = policy.entry_on(f"letters-{room}", code, local_date(at))
    title, body = entry.values["title"], entry.values["body"]
    return casework.send_notice(
        to,
        title=_Text(title["zh"].format_map(values), title["en"].format_map(values)),
        body=_Text(body["zh"].format_map(values), body["en"].format_map(values)),
        by=by,
        at=at,
        case_id=case_id,
    )
