"""What an association's draft says, from the fields of its form, in the shape of a policy entry's values."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from chengxin.regulation.commitments.errors import DraftIncomplete
from chengxin.regulation.commitments.reading import PUBLISHED
from chengxin.regulation.commitments.rules import KINDS, Kind

TEXTS = ("matter", "text", "breach", "obligation")
MOST_MONTHS, MOST_DAYS, LONGEST = 60, 1825, 4000


def content(given: Mapping[str, str]) -> dict[str, Any]:
    """The letter that the form describes; English texts left empty say what the Chinese does.

    Raises `DraftIncomplete` with what is missing.
    """
    words = {name: _words(given, name) for name in TEXTS}
    missing = [str(label) for name, label in _labels().items() if name in words and not words[name]["zh"]]
    months, days = (_number(given.get(name, "")) for name in ("term_months", "due_days"))
    if not 1 <= months <= MOST_MONTHS:
        missing.append(_("期限（1 至 60 个月）"))
    if not 1 <= days <= MOST_DAYS:
        missing.append(_("义务到期天数（1 至 1825 天）"))
    if missing:
        raise DraftIncomplete(what=missing)
    return {
        "kind": KINDS[Kind.INDUSTRY],
        "item_code": given.get("item_code", "").strip()[:60] or "—",
        "matter": words["matter"],
        "subjects": ["organisation"],
        "term_months": months,
        "text": words["text"],
        "obligations": [
            {"code": "promised", "text": words["obligation"], "due_days": days, "check": {"by": "department"}}
        ],
        "breach": words["breach"],
        "rectification": bool(given.get("rectification")),
        "second_factor": True,
        "publication": {"organisations": PUBLISHED, "persons": "with-consent"},
    }


def _labels() -> dict[str, str]:
    return {"matter": _("事项"), "text": _("承诺内容"), "breach": _("违诺处理"), "obligation": _("承诺义务")}


def _words(given: Mapping[str, str], name: str) -> dict[str, str]:
    zh, en = (given.get(f"{name}_{language}", "").strip()[:LONGEST] for language in ("zh", "en"))
    return {"zh": zh, "en": en or zh}


def _number(text: str) -> int:
    return int(text) if text.strip().isascii() and text.strip().isdecimal() and len(text.strip()) < 6 else 0
