"""The sign-in policy of the city, as far as pages need it."""

from datetime import date

from chengxin.base import policy

# Where a city's policy is silent: GB/T 22239-2019 8.1.4.1 b) asks to end idle sessions and leaves the time to the operator.
IDLE_MINUTES = 30


def idle_minutes(*, on: date) -> int:
    """Minutes without a page after which a session ends (`idle_minutes` of `policy/sign-in.yaml`)."""
    try:
        return int(policy.entry_on("sign-in", "session", on).values.get("idle_minutes", IDLE_MINUTES))
    except (policy.NoPolicy, FileNotFoundError):
        return IDLE_MINUTES
