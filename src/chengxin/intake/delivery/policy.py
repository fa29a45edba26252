"""What dated policy says of subscriptions and their deliveries."""

from datetime import date

from chengxin.base import policy
from chengxin.intake.delivery.rules import Basis, Kind, Limits

BASES, EXCHANGE = "subscriptions", "exchange"


def bases(*, on: date) -> tuple[Basis, ...]:
    """The bases in force on that day, in the order of the file."""
    return tuple(_basis(e) for e in policy.entries(BASES) if e.applies_on(on))


def basis_on(code: str, *, on: date) -> Basis | None:
    """The basis with that code where it is in force."""
    return next((b for b in bases(on=on) if b.code == code), None)


def basis_named(version: str) -> Basis | None:
    """The basis as the entry of that version says it, in force or not."""
    entry = policy.entry_named(version)
    return _basis(entry) if entry else None


def is_open(version: str, *, on: date) -> bool:
    """Whether the entry of that version, on which a subscription rests, still applies on that day."""
    entry = policy.entry_named(version)
    return entry is not None and entry.applies_on(on)


def limits_on(day: date) -> Limits:
    """How deliveries are made on that day. Raises `NoPolicy`."""
    values = policy.entry_on(EXCHANGE, "delivery", day).values
    return Limits(
        most_events=int(values["most_events"]),
        connect_seconds=float(values["connect_seconds"]),
        answer_seconds=float(values["answer_seconds"]),
        waits=tuple(int(s) for s in values["wait_seconds"]),
        refusal_waits=tuple(int(s) for s in values["refusal_wait_seconds"]),
        receipt_wait=int(values["receipt_wait_seconds"]),
        burst_seconds=float(values["burst_seconds"]),
        side_by_side=int(values["side_by_side"]),
    )


def _basis(entry: policy.Entry) -> Basis:
    values = entry.values
    return Basis(
        code=entry.code,
        kind=Kind(values["kind"]),
        zh=values["name"]["zh"],
        en=values["name"]["en"],
        items=tuple(values["items"]),
        organisations=frozenset(values["organisations"]),
        longest_months=int(values["longest_months"]),
        most_listed=int(values["most_listed"]),
        purpose=values.get("purpose", ""),
        source=entry.source,
        version=entry.version,
    )
