"""Counts requests in this process's memory: no round trip, so that a lookup stays fast.

Workers do not share their counts; each allows its share (`policy.limits`). A caller whose requests all happen to reach
one worker is therefore limited earlier than policy says, never later.
"""

import time
from threading import Lock

from chengxin.faces.rest import policy
from chengxin.faces.rest.rules import Bucket, LimitClass, taken

REMEMBERED = 50_000

_buckets: dict[tuple[LimitClass, str], Bucket] = {}
_clients: dict[int, str] = {}
_lock = Lock()


def seconds_to_wait(kind: LimitClass, caller: str) -> float:
    """Count one request of `caller`; 0.0 when it may go on, else the seconds until the next may."""
    limit = policy.limits()[kind]
    at = time.monotonic()
    key = (kind, caller)
    with _lock:
        bucket = _buckets.get(key)
        if bucket is None:
            if len(_buckets) >= REMEMBERED:
                _forget_full(at)
            bucket = _buckets[key] = Bucket(limit.burst, at)
        return taken(bucket, limit, at=at)


def _forget_full(at: float) -> None:
    """Drop the buckets that would be full again by now; if none would be, drop all, so that memory stays bounded."""
    limits = policy.limits()
    full = [
        key
        for key, bucket in _buckets.items()
        if bucket.left + (at - bucket.at) * limits[key[0]].per_second >= limits[key[0]].burst
    ]
    for key in full or list(_buckets):
        del _buckets[key]


def remember_client(authorization: str, client_id: str) -> None:
    """From now on count requests with this header for the client, not for its address.

    Only headers that were found good are remembered: guessing tokens does not escape the limit of the address.
    """
    if len(_clients) >= REMEMBERED:
        _clients.clear()
    _clients[hash(authorization)] = client_id


def client_of(authorization: str) -> str | None:
    """The client that this header was found to belong to; None when not known in this process."""
    return _clients.get(hash(authorization))


def forget_all() -> None:
    """Begin counting anew."""
    with _lock:
        _buckets.clear()
        _clients.clear()
    policy.limits.cache_clear()
