"""Where a request comes from, as attempts to sign in are counted."""

import ipaddress

from django.http import HttpRequest

from chengxin.faces.rest.door import address

NOWHERE = "0.0.0.0"  # noqa: S104  stands for a caller without an address, not for one to listen on


def address_of(request: HttpRequest) -> str:
    """The caller's address behind the trusted proxies (`CHENGXIN_PROXIES`)."""
    try:
        return str(ipaddress.ip_address(address(request.META)))
    except ValueError:
        return NOWHERE
