"""Delivering changes to the systems of those who received the records: signed, most urgent first, tried again.

A delivery is claimed in a transaction, sent outside of any, and its outcome written in another: a process that dies
between them leaves a claim that runs out.
"""

import json
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import transaction
from django.db.models import Min

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.sealing import rules as sealing
from chengxin.base.sealing.keys import sealing_key
from chengxin.intake.exchange import policy, queries, rules
from chengxin.intake.exchange.errors import AddressRefused
from chengxin.intake.exchange.models import ChangeNotice, Webhook
from chengxin.intake.exchange.rules import Road
from chengxin.intake.exchange.services import secret_context, settle

CLAIMED = timedelta(minutes=2)  # longer than any request may take
CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 5.0
FAULT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class System:
    """A consumer's system, in the audit chain."""

    name: str
    organisation_code: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One change on its way to one system."""

    notice_id: int
    organisation_id: int
    organisation_code: str
    address: str
    secret: str
    row: queries.ChangeRow


@transaction.atomic
def claim(*, at: datetime) -> Delivery | None:
    """The most urgent delivery that is due, claimed for this process; None: none is. Index: `change_notice_due`."""
    due = ChangeNotice.objects.select_for_update(skip_locked=True, of=("self",)).filter(next_attempt_at__lte=at)
    notice = due.select_related("change", "organisation").order_by("urgency", "next_attempt_at", "id").first()
    if notice is None:
        return None
    webhook = Webhook.objects.filter(organisation_id=notice.organisation_id, ended_at=None).first()
    notice.next_attempt_at = at + CLAIMED if webhook else None
    notice.save(update_fields=["next_attempt_at"])
    if webhook is None:
        return claim(at=at)
    return Delivery(
        notice_id=notice.pk,
        organisation_id=notice.organisation_id,
        organisation_code=notice.organisation.code,
        address=webhook.address,
        secret=sealing.unseal(webhook.secret, key=sealing_key(), context=secret_context(notice.organisation_id)),
        row=queries.change_rows([notice])[0],
    )


def message_of(row: queries.ChangeRow) -> bytes:
    """The body of a delivery: what kind of change, when, and of which record; never its content.

    Source: Standard Webhooks, "payload structure": type, timestamp, data.
    """
    told = {"type": f"record.{row.change}", "timestamp": row.at.isoformat(), "data": queries.as_json(row)}
    return json.dumps(told, ensure_ascii=False).encode()


def send(delivery: Delivery, session: requests.Session, *, at: datetime) -> str:
    """Deliver; "" where the consumer's system took it (2xx), else what went wrong. The answer's body is not read."""
    body, message_id = message_of(delivery.row), f"change-{delivery.notice_id}"
    seconds = int(at.astimezone(UTC).timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Chengxin",
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": rules.signature(delivery.secret, message_id=message_id, timestamp=seconds, body=body),
    }
    try:
        check_open(delivery.address)
        with session.post(
            delivery.address,
            data=body,
            headers=headers,
            timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as answer:
            return "" if 200 <= answer.status_code < 300 else f"HTTP {answer.status_code}"
    except AddressRefused:
        return "address refused"
    except (requests.RequestException, OSError, ValueError) as error:
        return type(error).__name__[:FAULT_LENGTH]


def session() -> requests.Session:
    """A session that takes neither proxies nor passwords from its surroundings."""
    made = requests.Session()
    made.trust_env = False
    return made


def check_open(address: str) -> None:
    """Resolve the host of an address and raise `AddressRefused` unless it may be connected to."""
    local = not settings.SECURE
    parts = urlsplit(rules.check_address(address, local=local))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise AddressRefused from error
    rules.check_resolved(found, scheme=parts.scheme, local=local, networks=settings.EXCHANGE_NETWORKS)


@transaction.atomic
def record(delivery: Delivery, fault: str, *, at: datetime) -> None:
    """Write what became of a delivery: taken is acknowledged; else when it is tried again, or that it is given up."""
    notice = ChangeNotice.objects.select_for_update().get(pk=delivery.notice_id)
    if notice.acknowledged_at is not None:
        return  # through another door meanwhile
    who = System(f"webhook:{delivery.organisation_code}", delivery.organisation_code)
    notice.attempts += 1
    notice.last_fault = fault
    if not fault:
        notice.save(update_fields=["attempts", "last_fault"])
        settle(notice, road=Road.WEBHOOK, by=who, at=at)
        return
    if notice.carried_by is not None:  # a subscription took it over meanwhile
        notice.next_attempt_at = None
        notice.save(update_fields=["attempts", "last_fault", "next_attempt_at"])
        return
    waits = policy.waits_on(local_date(at))
    notice.next_attempt_at = rules.next_attempt(notice.attempts, waits, at=at)
    notice.dead_at = at if notice.next_attempt_at is None else None
    notice.save(update_fields=["attempts", "last_fault", "next_attempt_at", "dead_at"])
    # A system that does not answer holds up nobody: what else is due there waits for the shortest time.
    resumed = at + timedelta(seconds=waits[0])
    others = ChangeNotice.objects.filter(organisation_id=delivery.organisation_id, next_attempt_at__lt=resumed)
    others.exclude(pk=notice.pk).update(next_attempt_at=resumed)
    if notice.dead_at is not None:
        audit.note("exchange.delivery_given_up", str(notice), by=who, at=at, fault=fault, attempts=notice.attempts)


def plan_next(*, at: datetime) -> None:
    """Ask for the next round when the earliest delivery is due. Index: `change_notice_due`."""
    due: datetime | None = ChangeNotice.objects.filter(next_attempt_at__isnull=False).aggregate(
        first=Min("next_attempt_at")
    )["first"]
    if due is not None:
        due = max(due, at)
        tasks.defer("exchange.deliver", not_before=due, once=f"exchange.deliver:{due:%Y%m%d%H%M%S}")
