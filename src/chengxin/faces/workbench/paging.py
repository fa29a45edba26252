"""A page behind the last one of a list, as an old bookmark asks for it, leads to the last one."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

MOST_DIGITS = 6


class BehindLast(Exception):
    """The list has no such page; `last` is the one to show instead, by `parameter` of the address."""

    def __init__(self, last: int, parameter: str) -> None:
        super().__init__(last, parameter)
        self.last, self.parameter = last, parameter


def number_of_page(request: HttpRequest, name: str = "page") -> int:
    """The page number in the address, 1 where there is none or nonsense."""
    text = request.GET.get(name, "1")
    return max(1, int(text)) if text.isdecimal() and len(text) <= MOST_DIGITS else 1


def last_page(request: HttpRequest, total: int, size: int, parameter: str = "page") -> int:
    """The last page of `total` rows. Raises `BehindLast` where the address asks for a later one.

    Where a list counts only what it finds on a page, `total` is 0 behind the end, and the first page is shown instead.
    """
    last = max(1, -(-total // size))
    if request.method in {"GET", "HEAD"} and number_of_page(request, parameter) > last:
        raise BehindLast(last, parameter)
    return last


class ToLastPage:
    """Answers `BehindLast`, whichever view raised it, by leading to the page that there is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer to the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """The same address with the last page in it."""
        if not isinstance(exception, BehindLast):
            return None
        query = request.GET.copy()
        query[exception.parameter] = str(exception.last)
        return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
