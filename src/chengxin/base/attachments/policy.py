"""Reads the dated limits of attachments."""

from datetime import date

from chengxin.base import policy
from chengxin.base.attachments.rules import MEGABYTE, Kind, Limits

KIND = "attachments"


def limits(purpose: str, *, on: date) -> Limits:
    """What may be attached for that purpose on that day. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, purpose, on)
    values = entry.values
    return Limits(
        kinds={Kind(kind): int(megabytes) * MEGABYTE for kind, megabytes in values["megabytes"].items()},
        files=int(values["files"]),
        total=int(values["total_megabytes"]) * MEGABYTE,
        pixels=int(values["megapixels"]) * 1_000_000,
        version=entry.version,
        unpacked=int(values.get("megabytes_unpacked", 0)) * MEGABYTE,
    )
