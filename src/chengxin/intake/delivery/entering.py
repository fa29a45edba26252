"""Subjects that come to fall under a saved selection: what was public about them before goes along.

Only to a subscription that asked for what was there before (`is_from_start`). A subject enters by a change of a record
of the selection's item, so that its events are watched too; it leaves by a change or by the calendar, and then no new
record of it goes, while what went is followed (`covering.followed`).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from chengxin.intake.delivery.carrying import Told
from chengxin.intake.delivery.covering import Covers
from chengxin.intake.delivery.models import Dispatch, Subscription
from chengxin.intake.delivery.rules import Subjects
from chengxin.registry.records import deliverable
from chengxin.registry.records.rules import EventKind

AT_ONCE = 5_000
Present = tuple[int, UUID, int, str, int]  # row, natural key, subject, item, version


def add(
    told: dict[int, list[Told]],
    covers: Sequence[tuple[Subscription, Covers]],
    about: Collection[int],
    *,
    at: datetime,
) -> None:
    """Add to what is routed the present records, never routed before, of subjects under a selection.

    Two reads for all subscriptions, in parts of `AT_ONCE`. Index: `record_subject`, `dispatch_record`.
    """
    entered = {
        s.pk: {subject for subject in about if covered(subject)}
        for s, covered in covers
        if s.subjects == Subjects.SAVED and s.is_from_start
    }
    subjects = {subject for them in entered.values() for subject in them}
    if not subjects:
        return
    items = {s.pk: frozenset(s.items) for s, _covers in covers}
    present = _present(sorted({i for pk in entered for i in items[pk]}), subjects)
    routed = Dispatch.objects.filter(subscription_id__in=list(entered), natural_key__in=[p[1] for p in present])
    had = set(routed.values_list("subscription_id", "natural_key").distinct())
    for pk, inside in entered.items():
        had |= {(pk, one[0]) for one in told.get(pk, ())}
        new: list[Told] = [
            (key, subject, item, EventKind.ADDED.value, version, at)
            for _row, key, subject, item, version in present
            if subject in inside and item in items[pk] and (pk, key) not in had
        ]
        if new:
            told.setdefault(pk, []).extend(new)


def _present(items: Collection[str], subjects: Collection[int]) -> list[Present]:
    found: list[Present] = []
    while len(found) % AT_ONCE == 0:
        part = deliverable.present_keys(items, subjects=subjects, after=found[-1][0] if found else 0, limit=AT_ONCE)
        if not part:
            break
        found += part
    return found
