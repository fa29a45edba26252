"""The record that tells of an entry: it goes the road of a hand-in, so that pages, reports and repair know of it."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import polars as pl
from django.conf import settings

from chengxin.base.listing import in_turn_in_chinese
from chengxin.intake.collection import payloads
from chengxin.intake.collection import queries as collection
from chengxin.intake.collection import services as intake
from chengxin.intake.collection.rules import Ground
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.queries import OrganisationRow
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.subjects.rules import code_of
from chengxin.regulation.lists import leaving
from chengxin.regulation.lists.errors import NotRecorded
from chengxin.regulation.lists.models import Proposal
from chengxin.regulation.lists.rules import ListTerms

ITEM, FIELD = "serious-breach", "LIST"
FILENAME = "list-entry-{case}.jsonl"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """The record that will tell of an entry: what is handed in, and its natural key."""

    row: Mapping[str, str]
    key: UUID


def record_of(
    proposal: Proposal,
    terms: ListTerms,
    authority: OrganisationRow,
    *,
    number: str,
    reason: str,
    begins: date,
    ends: date,
) -> EntryRecord | None:
    """The record of an entry; None where no item tells of the list."""
    code = code_of(proposal.about)
    named = next((a.any_of[FIELD][0] for a in terms.arrivals if a.item == ITEM and FIELD in a.any_of), None)
    if code is None or named is None:
        return None
    row = {
        "SUBJECT_NAME": proposal.subject_name,
        "SUBJECT_CODE": code,
        FIELD: named,
        "DECISION_NUMBER": number,
        "REASON": reason,
        "BASIS": in_turn_in_chinese(f"《{b.law}》{b.article}" for b in terms.basis),
        "REMOVAL_CONDITIONS": in_turn_in_chinese([leaving.removal(terms, begins_on=begins).zh, leaving.REMEDIES]),
        "LISTED_ON": begins.isoformat(),
        "ENDS_ON": (ends - ONE_DAY).isoformat(),
        "AUTHORITY_NAME": authority.name_zh,
        "AUTHORITY_CODE": authority.code,
        "SOURCE_NAME": authority.name_zh,
        "SOURCE_CODE": authority.code,
    }
    return EntryRecord(row, UUID(hex=payloads.natural_keys(pl.DataFrame([row]), catalogue.item(ITEM))[0]))


def hand_in(record: EntryRecord, case_id: int, authority: OrganisationRow, *, by: Actor, at: datetime) -> None:
    """Hand the record in for its authority, after the entry is kept: so that it is no arrival for a moment.

    Raises `NotRecorded` with the first fault that the catalogue finds.
    """
    officer = accounts.actor_of_organisation(authority.code, roles=frozenset({Role.DEPARTMENT_OFFICER}), name=by.name)
    assert officer is not None
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        name = FILENAME.format(case=case_id)
        path = Path(folder, name)
        path.write_text(json.dumps(record.row, ensure_ascii=False) + "\n", encoding="utf-8")
        result = intake.submit(
            path, filename=name, item_code=ITEM, by=officer, organisation_id=authority.id, at=at, ground=Ground.DECISION
        )
    if result.rejected:
        fault = collection.faults(result.submission, size=1).rows[0]
        raise NotRecorded(fault=f"{fault.message} {fault.hint}".strip())
