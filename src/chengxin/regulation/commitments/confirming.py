"""The second factor with which a signature is confirmed: whichever kind the person has, through this one function."""

from datetime import datetime

from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts import second_factor
from chengxin.regulation.commitments.errors import SecondFactorMissing


def confirm(user_id: int | None, given: str, *, address: str, at: datetime) -> None:
    """Take the person's second factor once. Call outside a transaction: a failure is kept, and counts.

    Raises `SecondFactorMissing`, `CodeWrong`, `TooManyAttempts`.
    """
    if user_id is None or not given.strip() or not accounts.has_second_factor(user_id):
        raise SecondFactorMissing
    second_factor.check(user_id, given, address=address, at=at)
