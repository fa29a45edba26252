"""Writes of the second factor by codes: of an authenticator (TOTP), and recovery codes for when a device is lost."""

import base64
import secrets
from datetime import datetime

from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.errors import NotFound
from chengxin.base.sealing.keys import lookup_key, sealing_key
from chengxin.base.sealing.rules import lookup_hash, seal, unseal
from chengxin.registry.accounts import queries, rules
from chengxin.registry.accounts.actors import SystemActor
from chengxin.registry.accounts.errors import CodeWrong, FactorSet
from chengxin.registry.accounts.limiting import check_limit, note_failure
from chengxin.registry.accounts.models import Authenticator, RecoveryCode, User
from chengxin.registry.accounts.rules import Method

SECRET_BYTES = 20  # as RFC 4226 section 4 recommends
RECOVERY_CODES, RECOVERY_BYTES = 10, 10
CONTEXT = "accounts.recovery"


@transaction.atomic
def begin_authenticator(user_id: int, *, at: datetime) -> str:
    """Make a secret for an authenticator, in base 32; it counts once a code of it was given. Raises `FactorSet`."""
    user = locked_user(user_id)
    found = Authenticator.objects.filter(user=user).first()
    if found is not None and found.confirmed_at is not None:
        raise FactorSet
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    sealed = seal(secret, key=sealing_key(), context=_context(user_id))
    Authenticator.objects.update_or_create(user=user, defaults={"secret": sealed, "last_step": 0})
    audit.note("accounts.authenticator_begun", user.username, by=SystemActor(user.username), at=at)
    return secret


@transaction.atomic
def confirm_authenticator(user_id: int, code: str, *, at: datetime) -> list[str]:
    """Turn the second factor on by the first code; returns recovery codes, which can be had only now."""
    user = locked_user(user_id)
    found = Authenticator.objects.select_for_update().filter(user=user).first()
    if found is None:
        raise NotFound
    if found.confirmed_at is not None:
        raise FactorSet
    _use_code(found, code, at)
    found.confirmed_at = at
    found.save(update_fields=["confirmed_at"])
    codes = new_recovery_codes(user)
    audit.note("accounts.authenticator_set", user.username, by=SystemActor(user.username), at=at)
    return codes


def new_recovery_codes(user: User) -> list[str]:
    """Fresh recovery codes in place of all earlier ones; they can be had only now."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, code_hash=_hash(user.pk, c)) for c in codes])
    return ["-".join(c[i : i + 4] for i in range(0, len(c), 4)) for c in codes]


def forget_recovery_codes(user: User) -> None:
    """Remove the recovery codes of someone who has no second factor any more."""
    if not queries.has_second_factor(user.pk):
        RecoveryCode.objects.filter(user=user).delete()


def remove_authenticator(user_id: int, code: str, *, address: str, at: datetime) -> None:
    """Take the authenticator off; needs a code, as signing in does."""
    check(user_id, code, address=address, at=at)
    with transaction.atomic():
        user = locked_user(user_id)
        Authenticator.objects.filter(user=user).delete()
        forget_recovery_codes(user)
        audit.note("accounts.authenticator_removed", user.username, by=SystemActor(user.username), at=at)


def check(user_id: int, code: str, *, address: str, at: datetime) -> Method:
    """Take a code of the authenticator or a recovery code, each once, and say which it was.

    Raises `CodeWrong` or `TooManyAttempts`; failures count together with wrong passwords, by name and by address.
    """
    user = User.objects.get(pk=user_id)
    check_limit(user.username, address=address, method=Method.AUTHENTICATOR, at=at)
    try:
        with transaction.atomic():
            if _used_recovery(user, code, at):
                return Method.RECOVERY_CODE
            found = Authenticator.objects.select_for_update().filter(user=user, confirmed_at__isnull=False).first()
            if found is None:
                raise CodeWrong
            _use_code(found, code, at)
            return Method.AUTHENTICATOR
    except CodeWrong:
        note_failure(user.username, action="accounts.second_factor_failed", address=address, at=at, method="code")
        raise


def _use_code(found: Authenticator, code: str, at: datetime) -> None:
    secret = base64.b32decode(unseal(found.secret, key=sealing_key(), context=_context(found.user_id)))
    step = rules.totp_step(secret, code.replace(" ", ""), at=at, after=found.last_step)
    if step is None:
        raise CodeWrong
    found.last_step = step
    found.save(update_fields=["last_step"])


def _used_recovery(user: User, code: str, at: datetime) -> bool:
    unused = RecoveryCode.objects.filter(user=user, code_hash=_hash(user.pk, code), used_at__isnull=True)
    if not unused.update(used_at=at):
        return False
    audit.note("accounts.recovery_code_used", user.username, by=SystemActor(user.username), at=at)
    return True


def locked_user(user_id: int) -> User:
    """The person, locked until the transaction ends. Raises `NotFound`."""
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


def _context(user_id: int) -> str:
    return f"accounts.authenticator:{user_id}"


def _hash(user_id: int, code: str) -> bytes:
    plain = "".join(c for c in code.upper() if c.isalnum())
    return lookup_hash(plain, key=lookup_key(), context=f"{CONTEXT}:{user_id}")
