"""What dated policy says of the exchange."""

from datetime import date

from chengxin.base import policy

KIND = "exchange"


def waits_on(day: date) -> tuple[int, ...]:
    """Seconds after each failed delivery until the next; after the last one it is given up. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, "retries", day)
    return tuple(int(seconds) for seconds in entry.values["wait_seconds"])
