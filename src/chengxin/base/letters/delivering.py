"""Sends the messages that tell of a letter, follows them, and tries again."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.casework.services import PLATFORM
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound
from chengxin.base.letters import contacts, policy, queries, reaching, rules, sending, sms
from chengxin.base.letters.directory import directory
from chengxin.base.letters.errors import NotFailed
from chengxin.base.letters.models import Delivery, DeliveryEvent, Letter
from chengxin.base.letters.rules import Channel, DeliveryState

GONE = "no confirmed address any more"
STANDING = ["state", "state_since", "attempts", "asked", "next_at", "message_id", "sent_to"]


@transaction.atomic
def dispatch(letter_id: int, *, at: datetime) -> None:
    """Queue a message to each person who can open the letter now, on each channel that they chose. Safe to repeat."""
    queue_behind(f"letter:{letter_id}")
    letter = reaching.one(letter_id, by=PLATFORM.name)
    if letter is None:
        raise NotFound
    readers = directory().readers(queries.party_of(letter), at=at)
    wanted = contacts.addresses_for_delivery(readers, by=PLATFORM.name)
    there = set(letter.deliveries.filter(user_id__isnull=False).values_list("user_id", "channel"))
    queued = Delivery.objects.bulk_create(
        Delivery(
            letter=letter,
            channel=channel.value,
            user_id=user_id,
            queued_at=at,
            state=DeliveryState.QUEUED.value,
            state_since=at,
            sent_to=rules.masked(channel, address),
        )
        for (user_id, channel), address in wanted.items()
        if sending.is_open(channel) and (user_id, channel.value) not in there
    )
    DeliveryEvent.objects.bulk_create(
        DeliveryEvent(delivery=one, state=one.state, at=at, by_name=PLATFORM.name) for one in queued
    )
    for one in queued:
        tasks.defer("letters.deliver", delivery_id=one.pk, attempts=0)


@transaction.atomic
def deliver(delivery_id: int, *, attempts: int, at: datetime) -> None:
    """Try to send one message, the (`attempts` + 1)-th time; whatever comes of it is kept with the server's answer.

    Safe to repeat: an attempt that was made already is not made again. The row stays locked while the server is asked.
    """
    found = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if found is None or found.state != DeliveryState.QUEUED or found.attempts != attempts or found.user_id is None:
        return
    channel, user_id = Channel(found.channel), found.user_id
    address = contacts.addresses_for_delivery((user_id,), by=PLATFORM.name).get((user_id, channel))
    if address is None:
        _stand(found, DeliveryState.FAILED, answer=GONE, at=at)
        return
    found.sent_to = rules.masked(channel, address)
    found.attempts += 1
    message = contacts.message_for(user_id, channel, "", _places(_letter_of(found)), at=at)
    try:
        done = contacts.transmit(channel, address, message, reference=f"letter-{found.pk}", at=at)
    except sending.Refused as error:
        _stand(found, DeliveryState.FAILED, answer=_told(error, address, found), at=at)
    except sending.Unreachable as error:
        _try_later(found, answer=_told(error, address, found), at=at)
    else:
        found.message_id = done.message_id[:200]
        answer = sending.told(done.answer, address=address, masked=found.sent_to)
        _stand(found, DeliveryState.SENT, answer=answer, at=at)
        if done.is_there:
            _stand(found, DeliveryState.DELIVERED, answer="", at=at)
        elif channel is Channel.SMS:
            _ask_later(found, at=at)


@transaction.atomic
def ask_receipt(delivery_id: int, *, at: datetime) -> None:
    """Ask the gateway whether a text message has arrived; one that is not there yet is asked for again later."""
    found = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if found is None or found.state != DeliveryState.SENT:
        return
    try:
        report = sms.report_of(found.message_id, at=at)
    except sending.Refused as error:
        _stand(found, DeliveryState.FAILED, answer=str(error)[: sending.LONGEST_ANSWER], at=at)
        return
    except sending.Unreachable:
        _ask_later(found, at=at)
        return
    if report.arrival is sms.Arrival.PENDING:
        _ask_later(found, at=at)
        return
    conclude(found, report, at=at)


def conclude(found: Delivery, report: sms.Report, *, at: datetime) -> None:
    """Keep that a text message on its way has arrived or failed; in the caller's transaction, which locked it."""
    state = DeliveryState.DELIVERED if report.arrival is sms.Arrival.DELIVERED else DeliveryState.FAILED
    _stand(found, state, answer=report.answer[: sending.LONGEST_ANSWER], at=at)


@transaction.atomic
def retry(delivery_id: int, *, by: audit.Who, at: datetime) -> None:
    """Have a failed delivery tried anew, from the first attempt; the caller permits. Raises `NotFound`, `NotFailed`."""
    found = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if found is None or found.user_id is None:
        raise NotFound
    if found.state != DeliveryState.FAILED:
        raise NotFailed
    found.attempts = found.asked = 0
    found.message_id = ""
    _stand(found, DeliveryState.QUEUED, answer="", at=at, by=by)
    audit.note("letters.delivery_retried", _letter_of(found).number, by=by, at=at, channel=found.channel)
    tasks.defer("letters.deliver", delivery_id=found.pk, attempts=0)


def _letter_of(delivery: Delivery) -> Letter:
    letter = reaching.one(delivery.letter_id, by=PLATFORM.name)
    if letter is None:
        raise NotFound
    return letter


def _places(letter: Letter) -> dict[str, str]:
    path = reverse(settings.LETTERS_LINK, args=[letter.notice_id])
    link = f"{settings.PUBLIC_ADDRESS.rstrip('/')}{path}"
    return {"title_zh": letter.title_zh, "title_en": letter.title_en, "link": link}


def _told(error: Exception, address: str, found: Delivery) -> str:
    return sending.told(str(error), address=address, masked=found.sent_to)


def _try_later(found: Delivery, *, answer: str, at: datetime) -> None:
    following = rules.next_try(found.attempts, policy.retries_on(local_date(at)), at=at)
    if following is None:
        _stand(found, DeliveryState.FAILED, answer=answer, at=at)
        return
    found.next_at = following
    _stand(found, DeliveryState.QUEUED, answer=answer, at=at)
    tasks.defer("letters.deliver", not_before=following, delivery_id=found.pk, attempts=found.attempts)


def _ask_later(found: Delivery, *, at: datetime) -> None:
    """After the last question the message stays sent: the gateway took it and never said what became of it."""
    waits = policy.receipts_on(local_date(at))
    if found.asked >= len(waits):
        return
    tasks.defer("letters.ask_receipt", not_before=at + timedelta(minutes=waits[found.asked]), delivery_id=found.pk)
    found.asked += 1
    found.save(update_fields=["asked"])


def _stand(found: Delivery, state: DeliveryState, *, answer: str, at: datetime, by: audit.Who = PLATFORM) -> None:
    assert rules.may_become(DeliveryState(found.state), state)
    if state is not DeliveryState.QUEUED:
        found.next_at = None
    found.state, found.state_since = state.value, at
    found.save(update_fields=STANDING)
    DeliveryEvent.objects.create(delivery=found, state=state.value, at=at, answer=answer, by_name=by.name)
