"""Many entries of the access log at once: one statement for a whole batch of reads, in the caller's transaction."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.database.context import acting
from chengxin.base.database.preparing import sent
from chengxin.rights.consent.reading import LOOKED, LOOKED_BODY

TELLING = "notice-wishes"  # the purpose for which the wishes of many may be read
_COLUMNS = {
    "id": "uuid", "at": "timestamptz", "actor": "text", "organisation_id": "bigint", "organisation_code": "text",
    "about": "text", "purpose": "text", "basis": "text", "records": "int", "door": "text",
    "matter": "text",
}  # fmt: skip
# One text for all rows: an array for each column costs several times as much to write and to read (bench/check).
_KEEP = (
    f"INSERT INTO consent_accessentry ({', '.join(_COLUMNS)}, consent_id, fields, sealed_until, sealed_basis)"
    f" SELECT {', '.join(_COLUMNS)}, NULL, '{{}}'::jsonb, NULL, '' FROM json_to_recordset(%s::json)"
    f" AS g({', '.join(' '.join(c) for c in _COLUMNS.items())})"
)
_WISHING = (
    "SELECT DISTINCT a.about FROM unnest(string_to_array(%s::text, ',')) AS a(about) WHERE"
    " (SELECT w.wanted FROM consent_noticewish w WHERE w.about = a.about ORDER BY w.id DESC LIMIT 1)"
)


def asked_wishes(abouts: Collection[str]) -> Callable[[], set[str]]:
    """Ask which of these subjects want to know of each read, in the caller's transaction; what is returned awaits it.

    Index: `consent_wish_about`.
    """
    if not abouts:
        return set
    with acting(actor=casework.PLATFORM.name, purpose=TELLING, basis=TELLING):
        rows = sent(_WISHING, [",".join(abouts)])
    return lambda: {about for (about,) in rows()}


def keep_many(entries: Sequence[Mapping[str, Any]], *, wishing: Iterable[str], at: datetime) -> None:
    """Keep entries of the access log that name no fields, and tell those of their subjects who want to know.

    Each entry maps the names of `_COLUMNS`; `id` is the caller's, `at` as ISO text; `wishing`: by `asked_wishes`.
    """
    if not entries:
        return
    sent(_KEEP, [json.dumps(entries, ensure_ascii=False)])
    for about in wishing:
        casework.send_notice(Party(represented=about), title=LOOKED, body=LOOKED_BODY, by=casework.PLATFORM, at=at)
