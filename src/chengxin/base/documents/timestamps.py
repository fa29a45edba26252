"""Where timestamps come from: the authority that the settings name, over HTTP, or the installation's own.

Both are asked in the same words (RFC 3161); the installation's own answers within this process, so that a page never
waits for a second one of the same server.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from asn1crypto import tsp
from cryptography import x509
from django.conf import settings
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

from chengxin.base.documents import tsa
from chengxin.base.documents.errors import SigningKeyUnusable, TimestampUnavailable
from chengxin.base.documents.keys import timestamping_keys

LARGEST_STAMP = 12_288  # bytes kept free for a timestamp; our own has 1,300, public authorities with chains up to 8,000
PATIENCE = 10  # seconds until a silent authority is given up


class _Own(TimeStamper):  # type: ignore[misc]
    """Asks the installation's own authority."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._at = at

    async def async_request_tsa_response(self, req: Any) -> Any:
        """The authority's answer to a request."""
        return tsp.TimeStampResp.load(tsa.answer(req.dump(), at=self._at))


def authority(*, at: datetime) -> Any:
    """Whom to ask for a timestamp at `at`."""
    if settings.TSA_ADDRESS:
        return RequestsHTTPTimeStamper(settings.TSA_ADDRESS, timeout=PATIENCE)
    return _Own(at)


@contextmanager
def refusals_told() -> Iterator[None]:
    """Say `TimestampUnavailable` where the authority is silent, refuses or answers nonsense."""
    try:
        yield
    except (TimestampRequestError, OSError, ValueError) as error:
        raise TimestampUnavailable from error


def trusted_roots(*, at: datetime) -> tuple[x509.Certificate, ...]:
    """The roots of the authorities whose timestamps count. Raises `SigningKeyUnusable`."""
    own = timestamping_keys(at=at).roots
    return (*own, *_read(Path(settings.TSA_ROOTS))) if settings.TSA_ROOTS else own


@cache
def _read(path: Path) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise SigningKeyUnusable from error
