"""The sign-in policy of the city, as far as pages need it."""

from datetime import date

from chengxin.base import policy


def idle_minutes(*, on: date) -> int:
    """Minutes without a page after which a session ends (`limits` of `policy/sign-in.yaml`)."""
    return int(policy.entry_on("sign-in", "limits", on).values["idle_minutes"])
