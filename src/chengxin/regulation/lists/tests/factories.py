"""Entries as the road of a hand-in and the city's own procedure leave them; every company is fictional."""

from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID

import polars as pl

from chengxin.registry.accounts import queries as accounts
from chengxin.registry.records import services as records
from chengxin.registry.records.tests.factories import key_of, versions
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code
from chengxin.regulation.lists import policy
from chengxin.regulation.lists.models import EntryEvent, ListEntry, NoticeService, Proposal
from chengxin.regulation.lists.rules import ends_on

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)  # a Tuesday, 12:00 in the city
TAX, MARKET_SUPERVISION = "11450100007551163U", "11450100007550013R"
COMPANY = about_subject(code(1))
_cases = count(900_000)


def entered(
    about: str = COMPANY,
    list_code: str = "serious-tax",
    *,
    authority: str = TAX,
    on: date = date(2026, 8, 3),
    months: int = 36,
    at: datetime = datetime(2026, 8, 3, 4, tzinfo=UTC),
    natural_key: UUID | None = None,
) -> ListEntry:
    """An entry that was decided on that day."""
    organisation = accounts.organisation_by_code(authority)
    assert organisation is not None
    case_id, version = next(_cases), policy.list_on(list_code, on).version
    common = {"case_id": case_id, "list_code": list_code, "about": about, "authority_code": authority}
    proposal = Proposal.objects.create(
        **common, authority_id=organisation.id, facts="虚构事实", evidence="虚构证据", months=months, policy=version,
        proposed_by="clerk", proposed_by_id=801, proposed_at=at,
    )  # fmt: skip
    NoticeService.objects.create(
        proposal=proposal, served_on=on, way="platform", proof="虚构回执", recorded_by="clerk", recorded_at=at
    )
    entry = ListEntry.objects.create(
        **common, proposal=proposal, authority_name_zh=organisation.name_zh, authority_name_en=organisation.name_en,
        decision_number=f"虚构列字〔2026〕{case_id}号", decided_on=on, notice_served_on=on, heard_on=on,
        in_force_from=on, in_force_until=ends_on(on, months), reason="虚构理由", policy=version,
        proposed_by_id=801, decided_by="reviewer", decided_by_id=802, natural_key=natural_key, entered_at=at,
    )  # fmt: skip
    EntryEvent.objects.create(entry=entry, number=1, is_standing=True, at=at, by_name="reviewer")
    return entry


def arrived(
    subject_id: int,
    key: str = "1",
    *,
    item: str = "serious-breach",
    payload: str = '{"LIST": "重大税收违法失信主体", "DECISION_NUMBER": "虚构1号", "AUTHORITY_NAME": "虚构机关"}',
    on: date = date(2026, 5, 9),
    until: date | None = date(2029, 5, 9),
    state: str = "in-force",
    authority: str = TAX,
) -> UUID:
    """The natural key of a record by which an entry arrived."""
    stored = versions(
        subject_id, key, item=item, payload=payload, public=(on, until), decided_on=on, state=state
    ).with_columns(authority_code=pl.lit(authority))
    records.store(stored, superseded=[], at=NOON)
    return key_of(key)
