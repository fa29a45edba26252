"""Many entries of the access log at once: one statement for a whole batch of reads, in the caller's transaction."""

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from datetime import datetime

from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.database.context import acting
from chengxin.base.database.together import Together
from chengxin.rights.consent.reading import LOOKED, LOOKED_BODY

TELLING = "notice-wishes"  # the purpose for which the wishes of many may be read
COLUMNS = (
    "id", "at", "actor", "organisation_id", "organisation_code", "about", "purpose", "basis", "records", "door",
    "matter",
)  # fmt: skip
_WISHING = (
    "SELECT DISTINCT a.about FROM unnest(string_to_array(%(abouts)s::text, ',')) AS a(about) WHERE"
    " (SELECT w.wanted FROM consent_noticewish w WHERE w.about = a.about ORDER BY w.id DESC LIMIT 1)"
)


TOLD = {"actor": casework.PLATFORM.name, "purpose": TELLING, "basis": TELLING}  # who asks and why, of `asked_wishes`


def finding_wishes() -> AbstractContextManager[None]:
    """A transaction in which `asked_wishes` may be awaited: for the purpose of telling those who want to be told."""
    return acting(actor=TOLD["actor"], purpose=TOLD["purpose"], basis=TOLD["basis"])


def asked_wishes(abouts: Collection[str], *, among: Together) -> Callable[[], set[str]]:
    """Ask which of these subjects want to know of each read; what is returned awaits it, within `finding_wishes`.

    Index: `consent_wish_about`.
    """
    if not abouts:
        return set
    rows = among.ask(_WISHING, {"abouts": ",".join(abouts)}, columns=1)
    return lambda: {about for (about,) in rows()}


def entries_from(source: str) -> str:
    """The statement that keeps an entry of the access log, one that names no fields, for each row of `source`.

    `source`: a FROM clause whose rows have the columns `COLUMNS`. For who writes more in the same statement.
    """
    columns = ", ".join(COLUMNS)
    return (
        f"INSERT INTO consent_accessentry ({columns}, consent_id, fields, sealed_until, sealed_basis)"
        f" SELECT {columns}, NULL, '{{}}'::jsonb, NULL, '' FROM {source}"
    )


def tell_many(abouts: Iterable[str], *, at: datetime) -> None:
    """Tell subjects who want to know of each read (`asked_wishes`) that they were looked at."""
    for about in abouts:
        casework.send_notice(Party(represented=about), title=LOOKED, body=LOOKED_BODY, by=casework.PLATFORM, at=at)
