"""The installation's keys for sealing and look-up."""

from functools import cache

from django.conf import settings

from chengxin.base.sealing import rules


@cache
def sealing_key() -> bytes:
    """The 32-byte key that seals personal identifiers."""
    return rules.derive(settings.SEALING_KEY, purpose="seal")


@cache
def lookup_key() -> bytes:
    """The 32-byte key of the hashes by which sealed identifiers are found."""
    return rules.derive(settings.LOOKUP_KEY, purpose="lookup")
