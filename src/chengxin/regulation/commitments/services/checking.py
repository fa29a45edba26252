"""Checks of obligations: by an official with evidence, and by records, for all letters at once. They decide nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import transaction

from chengxin.base.attachments import services as files
from chengxin.base.attachments.services import Upload
from chengxin.base.audit import services as audit
from chengxin.base.calendar.errors import UnannouncedYear
from chengxin.base.calendar.policy import working_days
from chengxin.base.calendar.rules import WorkingDays
from chengxin.base.casework.evidence import PURPOSE
from chengxin.base.casework.services import PLATFORM
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.registry.catalogue import queries as catalogue
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

    One transaction and a few queries for 10,000 obligations; safe to repeat: a result is noted where it is another than
    the last. What was handed in late, repaired or withdrawn turns it, as long as nothing is decided.
    """
    on, added, calendar = local_date(at), 0, working_days()
    for version, code in queries.signed_versions_with_data():
        template = letters_in_force.template_named(version)
        check = template.obligation(code).data if template else None
        if check is not None:
            for dues in _in_parts(_open_dues(version, code)):
                added += _check(dues, check, calendar, on=on, at=at)
    return added


def _in_parts(dues: Iterable[Due]) -> Iterator[list[Due]]:
    rest = iter(dues)
    while part := list(islice(rest, AT_ONCE)):
        yield part


def _open_dues(version: str, code: str) -> Iterator[Due]:
    """The obligations of running commitments of organisations, those with a result among them: it may turn."""
    found = Due.objects.filter(
        code=code, by_data=True, commitment__template_version=version, commitment__state=State.RUNNING.value,
        commitment__is_person=False,
    )  # fmt: skip
    return found.select_related("commitment").order_by("pk").iterator(chunk_size=AT_ONCE)


@transaction.atomic
def _check(dues: Sequence[Due], check: DataCheck, calendar: WorkingDays, *, on: date, at: datetime) -> int:
    queue_behind("commitments:check-by-records")  # two that ran at once would note the same
    # What must be absent is looked for from the day after signing: what was decided on that day lay before it.
    after = timedelta(0) if check.appears else ONE_DAY
    wanted = [
        Wanted(d.pk, d.commitment.subject_code, local_date(d.commitment.signed_at) + after, min(d.due_on, on))
        for d in dues
    ]
    matches = matching.first_of_each(wanted, item=check.item, needed=check.needed, authorities=check.authorities)
    days, last = catalogue.item(check.item).within_working_days or 0, _last_results(dues)
    made = []
    for due in dues:
        told_by = _told_by(due.due_on, days, calendar)
        row = _proof(due, check, matches.get(due.pk), told_by=told_by, on=on, at=at)
        if row is not None and row.result != last.get(due.pk):
            made.append(row)
    Check.objects.bulk_create(made)
    if made:
        audit.note("commitments.checked_by_records", check.item, by=PLATFORM, at=at, checks=len(made))
    return len(made)


def _last_results(dues: Sequence[Due]) -> dict[int, str]:
    """What records said last of each, by its id. One query. Index: `commitment_data_check`."""
    found = Check.objects.filter(due__in=[d.pk for d in dues], by_data=True).order_by("pk")
    return dict(found.values_list("due_id", "result"))


def _told_by(due_on: date, days: int, calendar: WorkingDays) -> date:
    """The last day on which a record of the due day may be handed in; in a year without a notice rather too late."""
    try:
        return calendar.add(due_on, days)
    except UnannouncedYear:
        return due_on + timedelta(days=2 * days)


def _proof(due: Due, check: DataCheck, match: Match | None, *, told_by: date, on: date, at: datetime) -> Check | None:
    result = rules.proven(check, found=match is not None, told_by=told_by, on=on)
    if result is None:
        return None
    key: UUID | None = match.natural_key if match else None
    evidence = f"{check.item} {match.decided_on.isoformat()}" if match else f"{check.item} —"
    return Check(
        due=due, result=result.value, by_data=True, evidence=evidence, record_key=key, by_name=PLATFORM.name, at=at
    )
