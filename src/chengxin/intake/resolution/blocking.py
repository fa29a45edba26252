"""Under which keys a registered organisation is filed, and under which a row looks for it. Pure.

Two organisations that share no key are never compared. A key is 63 bits of a hash of what it stands for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from chengxin.intake.resolution.names import Form

_SIGN = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Details:
    """What else tells organisations apart: representative, `address_key`, and codes other than the credit code."""

    representative: str = ""
    address: str = ""


def keys_of(form: Form, details: Details) -> set[int]:
    """The keys of one name of an organisation with its details.

    Brand with trade, and brand alone; brand with one character left open, within trade and division; the
    representative with a character of the brand or with the trade; the address with either.
    Source: docs/rules/resolution.md.
    """
    return {_key(text) for text in _texts(form, details)}


def _texts(form: Form, details: Details) -> Iterator[str]:
    brand, trade = form.brand, form.trade
    yield f"b|{brand}"
    if trade:
        yield f"c|{brand}|{trade}"
        for gap in _with_a_gap(brand):
            yield f"w|{gap}|{trade}|{form.region}"
    for kind, detail in (("r", details.representative), ("a", details.address)):
        if detail:
            yield f"{kind}|{detail}|{brand[:1]}"
            yield f"{kind}|{detail}|{brand[1:2]}"


def _with_a_gap(brand: str) -> Iterator[str]:
    for place in range(len(brand)):
        yield f"{brand[:place]}?{brand[place + 1 :]}"
    if len(brand) > 2:
        for place in range(len(brand)):
            yield brand[:place] + brand[place + 1 :]


def _key(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") & _SIGN
