"""Each web process follows the catalogue: what was published elsewhere is in force here within seconds."""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from chengxin.base import clock
from chengxin.registry.catalogue import in_force


class CatalogueInForce:
    """Looks every `CATALOGUE_SECONDS` whether an item has a new version; hand-ins look by themselves, at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.CATALOGUE_SECONDS:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.looked = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look where it is time, then answer."""
        now = time.monotonic()
        if now - self.looked >= settings.CATALOGUE_SECONDS:
            self.looked = now
            in_force.refresh(on=clock.today())
        return self.get_response(request)
