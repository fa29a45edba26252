"""Many entries of the access log at once: one statement for a whole batch of reads, in the caller's transaction."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.database.context import acting
from chengxin.base.database.preparing import prepared
from chengxin.rights.consent.reading import LOOKED, LOOKED_BODY

TELLING = "notice-wishes"  # the purpose for which the wishes of many may be read
_COLUMNS = {
    "id": "uuid", "at": "timestamptz", "actor": "text", "organisation_id": "bigint", "organisation_code": "text",
    "about": "text", "purpose": "text", "basis": "text", "records": "int", "door": "text",
    "matter": "text",
}  # fmt: skip
# One text for all rows: an array for each column costs several times as much to write and to read (bench/check).
_KEEP = (
    "WITH given AS (SELECT * FROM json_to_recordset(%s::json)"
    f" AS g({', '.join(' '.join(c) for c in _COLUMNS.items())})),"
    f" kept AS (INSERT INTO consent_accessentry ({', '.join(_COLUMNS)}, consent_id, fields, sealed_until, sealed_basis)"
    f" SELECT {', '.join(_COLUMNS)}, NULL, '{{}}'::jsonb, NULL, '' FROM given)"
    " SELECT DISTINCT g.about FROM given g WHERE"
    " (SELECT w.wanted FROM consent_noticewish w WHERE w.about = g.about ORDER BY w.id DESC LIMIT 1)"
)


def keep_many(entries: Sequence[Mapping[str, Any]], *, at: datetime) -> None:
    """Keep entries of the access log that name no fields, and tell those subjects who want to know of each read.

    Each entry maps the names of `_COLUMNS`; `id` is the caller's, `at` as ISO text. Index: `consent_wish_about`.
    """
    if not entries:
        return
    with acting(actor=casework.PLATFORM.name, purpose=TELLING, basis=TELLING):
        wishing = prepared(_KEEP, [json.dumps(entries, ensure_ascii=False)])
    for (about,) in wishing:
        casework.send_notice(Party(represented=about), title=LOOKED, body=LOOKED_BODY, by=casework.PLATFORM, at=at)
