"""What the SMS gateway reports of its own accord: whether messages have arrived, many at once."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from chengxin.base.letters import delivering
from chengxin.base.letters.errors import ReportsUnreadable
from chengxin.base.letters.models import Delivery
from chengxin.base.letters.rules import Channel, DeliveryState
from chengxin.base.letters.sms import Arrival, Report

MOST_REPORTS = 500


@dataclass(frozen=True, slots=True)
class Reported:
    """One message with what became of it."""

    message_id: str
    report: Report


def reports_in(body: bytes) -> tuple[Reported, ...]:
    """The reports of a request's body (`docs/sms-gateway.md`). Raises `ReportsUnreadable`."""
    try:
        rows: Any = json.loads(body)["reports"]
        found = tuple(
            Reported(str(row["message_id"])[:200], Report(Arrival(row["state"]), str(row.get("answer", ""))))
            for row in rows
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ReportsUnreadable from None
    if len(found) > MOST_REPORTS:
        raise ReportsUnreadable
    return found


def _report(row: Any) -> Report:
    return Report(Arrival(row["state"]), str(row.get("answer", "")))


@transaction.atomic
def take_reports(reports: tuple[Reported, ...], *, at: datetime) -> int:
    """Keep what became of messages that are still on their way; how many it was said of. Index: `delivery_message`.

    Safe to repeat: what is known already, pending, or no message of ours changes nothing. The caller has checked that
    the gateway reports.
    """
    told = {
        one.message_id: one.report for one in reports if one.message_id and one.report.arrival is not Arrival.PENDING
    }
    waiting = Delivery.objects.select_for_update().filter(
        message_id__in=sorted(told), channel=Channel.SMS.value, state=DeliveryState.SENT.value
    )
    taken = 0
    for found in waiting.order_by("pk"):
        delivering.conclude(found, told[found.message_id], at=at)
        taken += 1
    return taken
