"""Random characters of report numbers and check codes."""

import secrets

from chengxin.offerings.reports import rules


def drawn(length: int) -> str:
    """Characters that nobody can guess, from an alphabet that nobody misreads."""
    return "".join(secrets.choice(rules.ALPHABET) for _ in range(length))
