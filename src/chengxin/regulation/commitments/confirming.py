"""The second factor with which a signature is confirmed: whichever kind the person has, through this one function."""

from dataclasses import dataclass
from datetime import datetime

from chengxin.registry.accounts import passkeys, second_factor
from chengxin.registry.accounts import queries as accounts
from chengxin.regulation.commitments.errors import SecondFactorMissing


@dataclass(frozen=True, slots=True)
class Factor:
    """What was given: a code (of an authenticator, or to recover), or a passkey's answer to the challenge put to it."""

    code: str = ""
    answer: str = ""
    challenge: str = ""


NONE = Factor()


def confirm(user_id: int | None, given: Factor, *, address: str, at: datetime) -> None:
    """Take the person's second factor once. Call outside a transaction: a failure is kept, and counts.

    Raises `SecondFactorMissing`, `CodeWrong`, `PasskeyRefused`, `TooManyAttempts`.
    """
    if user_id is None or not (given.code.strip() or given.answer) or not accounts.has_second_factor(user_id):
        raise SecondFactorMissing
    if given.answer:
        passkeys.check(user_id, given.answer, challenge=given.challenge, address=address, at=at)
    else:
        second_factor.check(user_id, given.code, address=address, at=at)
