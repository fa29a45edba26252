"""The key of the audit chain."""

from functools import cache

from django.conf import settings

from chengxin.base.sealing.rules import derive


@cache
def chain_key() -> bytes:
    """The 32-byte key of the chain."""
    return derive(settings.AUDIT_KEY, purpose="audit")
