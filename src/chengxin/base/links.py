"""`Link` headers of answers that come in pages (RFC 8288), as relative references."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode


def last_page(total: int, size: int) -> int:
    """The number of the last page; 1 when there is nothing."""
    return max(1, -(-total // size))


def page_link(path: str, given: Mapping[str, Any], page: int) -> str:
    """The reference of another page of the same list."""
    return f"{path}?{urlencode({**given, 'page': page})}"


def page_links(path: str, given: Mapping[str, Any], *, page: int, last: int) -> str:
    """The `Link` header for page `page` (from 1) of `last`. Source: RFC 8288 section 3, relations of RFC 5988."""
    places = {"first": 1, "last": last}
    if page > 1:
        places["prev"] = page - 1
    if page < last:
        places["next"] = page + 1
    return ", ".join(f'<{page_link(path, given, number)}>; rel="{name}"' for name, number in places.items())
