"""Checks of obligations: by an official with evidence, and by records, for all letters at once. They decide nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import transaction

from chengxin.base.attachments import services as files
from chengxin.base.attachments.services import Upload
from chengxin.base.audit import services as audit
from chengxin.base.casework.evidence import PURPOSE
from chengxin.base.casework.services import PLATFORM
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.registry.records import matching
from chengxin.registry.records.matching import Match, Wanted
from chengxin.regulation.commitments import letters_in_force, queries, rules
from chengxin.regulation.commitments.errors import EvidenceMissing, NothingToCheck
from chengxin.regulation.commitments.models import Check, Due
from chengxin.regulation.commitments.rules import DataCheck, Result, State

AT_ONCE = 10_000
ONE_DAY = timedelta(days=1)


@transaction.atomic
def record_check(
    due_id: int, *, result: Result, evidence: str, by: Actor, at: datetime, uploads: Sequence[Upload] = ()
) -> None:
    """Note what an official of the authority found about one obligation, with the files that show it.

    Raises `NotFound`, `NotPermitted`, `NothingToCheck`, `EvidenceMissing`, `UploadsRefused`.
    """
    due = Due.objects.select_related("commitment").filter(pk=due_id).first()
    if due is None or due.commitment.authority_id not in by.reaches:
        raise NotFound
    queue_behind(f"commitment:{due.commitment.number}")
    due.commitment.refresh_from_db(fields=["state"])
    if not by.may(Permission.MANAGE_CASES):
        raise NotPermitted
    if due.commitment.state != State.RUNNING.value:
        raise NothingToCheck
    if not evidence.strip():
        raise EvidenceMissing
    made = Check.objects.create(
        due=due,
        result=result.value,
        by_data=False,
        evidence=evidence.strip(),
        by_name=by.name,
        by_user_id=by.user_id,
        at=at,
    )
    files.keep_all(queries.files_of_check(made.pk), uploads=uploads, purpose=PURPOSE, by=by, at=at)
    audit.note("commitments.checked", due.commitment.number, by=by, at=at, obligation=due.code, result=result.value)


def check_by_records(*, at: datetime) -> int:
    """Look up, for each obligation that records prove, whether they do by now; returns how many checks were added.

    One transaction and a few queries for 10,000 obligations; safe to repeat: each result is noted once.
    """
    on, added = local_date(at), 0
    for version, code in queries.signed_versions_with_data():
        template = letters_in_force.template_named(version)
        check = template.obligation(code).data if template else None
        if check is not None:
            for dues in _in_parts(_open_dues(version, code)):
                added += _check(dues, check, on=on, at=at)
    return added


def _in_parts(dues: Iterable[Due]) -> Iterator[list[Due]]:
    rest = iter(dues)
    while part := list(islice(rest, AT_ONCE)):
        yield part


def _open_dues(version: str, code: str) -> Iterator[Due]:
    """The obligations of running commitments of organisations that records have not proved either way."""
    found = Due.objects.filter(
        code=code, by_data=True, commitment__template_version=version, commitment__state=State.RUNNING.value,
        commitment__is_person=False,
    ).exclude(checks__by_data=True)  # fmt: skip
    return found.select_related("commitment").order_by("pk").iterator(chunk_size=AT_ONCE)


@transaction.atomic
def _check(dues: Sequence[Due], check: DataCheck, *, on: date, at: datetime) -> int:
    # What must be absent is looked for from the day after signing: what was decided on that day lay before it.
    after = timedelta(0) if check.appears else ONE_DAY
    wanted = [
        Wanted(d.pk, d.commitment.subject_code, local_date(d.commitment.signed_at) + after, min(d.due_on, on))
        for d in dues
    ]
    matches = matching.first_of_each(wanted, item=check.item, field=check.field, any_of=check.any_of)
    made = [row for d in dues if (row := _proof(d, check, matches.get(d.pk), on=on, at=at)) is not None]
    Check.objects.bulk_create(made, ignore_conflicts=True)
    if made:
        audit.note("commitments.checked_by_records", check.item, by=PLATFORM, at=at, checks=len(made))
    return len(made)


def _proof(due: Due, check: DataCheck, match: Match | None, *, on: date, at: datetime) -> Check | None:
    result = rules.proven(check, found=match is not None, due_on=due.due_on, on=on)
    if result is None:
        return None
    key: UUID | None = match.natural_key if match else None
    evidence = f"{check.item} {match.decided_on.isoformat()}" if match else f"{check.item} —"
    return Check(
        due=due, result=result.value, by_data=True, evidence=evidence, record_key=key, by_name=PLATFORM.name, at=at
    )
