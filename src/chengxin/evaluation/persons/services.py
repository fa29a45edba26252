"""Asking for benefits, looking again, withdrawing: by the person alone, after notice, with consent."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, time
from uuid import UUID

from django.db import connection, transaction

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.database.context import acting
from chengxin.base.database.queueing import queue_behind
from chengxin.evaluation.persons import policy, queries, rules
from chengxin.evaluation.persons.errors import AlreadyAsked, NotAsked, NoticeNotRead
from chengxin.evaluation.persons.models import OpenBenefit
from chengxin.evaluation.persons.queries import CONSENTED, OWN_WISH
from chengxin.evaluation.scorecards.facts import facts_of
from chengxin.evaluation.scorecards.rules import Fact
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.records.rows import RecordRow
from chengxin.rights.consent import reading
from chengxin.rights.consent import services as consents

WITHDRAWN = "consent-withdrawn"
FORGET = "DELETE FROM persons_openbenefit"  # without a condition: row-level security says which rows those are


@transaction.atomic
def ask(
    code: str, about: str, *, notice_version: str, wording_version: str, signed_by: str, by: Actor, at: datetime
) -> int:
    """Ask for the benefits of an offer, having read notice and consent; returns how many are open.

    Raises `NotOwnWish`, `NotFound`, `NoticeNotRead`, `AlreadyAsked`, `SignatureMissing`, `WordingChanged`.
    """
    queries.require_own(about, by=by)
    on = local_date(at)
    offer = queries.offer(code, on=on)
    if notice_version != policy.notice_on(on).version:
        raise NoticeNotRead
    queue_behind(f"person-benefits:{about}")
    if queries.standing_request(offer, about, by=by, on=on) is not None:
        raise AlreadyAsked
    consents.consent_to_own_wish(
        about, purpose=offer.consent, signed_by=signed_by, wording_version=wording_version, by=by, at=at
    )
    request = queries.standing_request(offer, about, by=by, on=on)
    if request is not None:
        ends_at = datetime.combine(request.valid_until, time(), CITY_TIME)
        tasks.defer("persons.forget", not_before=ends_at, about=about)  # hidden from then on, and deleted
    audit.note("persons.asked", offer.name, by=by, at=at, notice=notice_version)
    return look_again(code, about, by=by, at=at)


@transaction.atomic
def look_again(code: str, about: str, *, by: Actor, at: datetime) -> int:
    """Compute the benefits anew from today's records; returns how many are open. Raises `NotOwnWish`, `NotAsked`."""
    queries.require_own(about, by=by)
    on = local_date(at)
    offer = queries.offer(code, on=on)
    queue_behind(f"person-benefits:{about}")
    request = queries.standing_request(offer, about, by=by, on=on)
    if request is None or request.consent_id is None:
        raise NotAsked
    rows = reading.own_wish_read(request.id, about=about, by=by, at=at)
    held = {row.id: row for row in rows if row.item in offer.resources and row.decided_on is not None}
    opened = rules.opened(offer, _facts(held.values()), as_of=on)
    with acting(actor=by.name, purpose=OWN_WISH, basis=CONSENTED, about=about):
        OpenBenefit.objects.filter(about=about, consent_id=request.consent_id).delete()
        OpenBenefit.objects.bulk_create(
            OpenBenefit(
                about=about,
                consent_id=request.consent_id,
                offer=offer.name,
                digest=offer.digest,
                benefit=one.benefit,
                behind=_keys(held, one.behind),
                opened_at=at,
            )
            for one in opened
        )
    audit.note("persons.looked", offer.name, by=by, at=at)  # neither what was found nor how much
    return len(opened)


@transaction.atomic
def withdraw(code: str, about: str, *, by: Actor, at: datetime) -> None:
    """Withdraw the consent and delete the result in the same transaction. Raises `NotOwnWish`, `NotAsked`."""
    queries.require_own(about, by=by)
    on = local_date(at)
    offer = queries.offer(code, on=on)
    queue_behind(f"person-benefits:{about}")
    request = queries.standing_request(offer, about, by=by, on=on)
    if request is None or request.consent_id is None:
        raise NotAsked
    with acting(actor=by.name, purpose=OWN_WISH, basis=CONSENTED, about=about):
        OpenBenefit.objects.filter(about=about, consent_id=request.consent_id).delete()
    consents.revoke(request.id, about=about, by=by, at=at)
    audit.note("persons.withdrawn", offer.name, by=by, at=at)


@transaction.atomic
def forget(about: str) -> int:
    """Delete what rests on a consent that no longer stands; returns how many rows. Safe to repeat.

    From the moment of the withdrawal on nobody sees them any more (migration 0002); this removes them.
    """
    with acting(actor="system", purpose=WITHDRAWN, basis=CONSENTED, about=about), connection.cursor() as cursor:
        cursor.execute(FORGET)
        return int(cursor.rowcount)


def _facts(rows: Collection[RecordRow]) -> list[Fact]:
    """The records as facts; a title or licence opens nothing once it is no longer valid."""
    return [replace(fact, until=row.valid_until) for fact, row in zip(facts_of(rows), rows, strict=True)]


def _keys(held: dict[int, RecordRow], behind: Sequence[int]) -> list[UUID]:
    return [held[one].natural_key for one in behind]
