"""Writes of passkeys (WebAuthn): registering, naming and removing them, and taking one as the second factor."""

import json
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from chengxin.base.audit import services as audit
from chengxin.base.errors import NotFound
from chengxin.base.sealing.keys import lookup_key
from chengxin.base.sealing.rules import lookup_hash
from chengxin.registry.accounts import queries, rules
from chengxin.registry.accounts.actors import SystemActor
from chengxin.registry.accounts.errors import NameWanted, PasskeyKnown, PasskeyRefused
from chengxin.registry.accounts.limiting import check_limit, note_failure
from chengxin.registry.accounts.models import Passkey, User
from chengxin.registry.accounts.rules import Method
from chengxin.registry.accounts.second_factor import forget_recovery_codes, locked_user, new_recovery_codes

CONTEXT = "accounts.passkey"
LONGEST_NAME = 60
LONGEST_ANSWER = 20_000
MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)


def registration_options(user_id: int, *, site: str) -> str:
    """What a browser needs to make a passkey for this person, as JSON, with a fresh challenge.

    The device learns the user name and a handle that tells nothing; it must verify the person (PIN, fingerprint).
    """
    user = User.objects.get(pk=user_id)
    options = generate_registration_options(
        rp_id=_rp_id(),
        rp_name=site,
        user_name=user.username,
        user_display_name=user.display_name_zh or user.username,
        user_id=lookup_hash(str(user_id), key=lookup_key(), context=CONTEXT),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_known(user_id),
    )
    return options_to_json(options)


def sign_in_options(user_id: int) -> str:
    """What a browser needs to ask one of this person's passkeys, as JSON, with a fresh challenge."""
    options = generate_authentication_options(
        rp_id=_rp_id(),
        allow_credentials=_known(user_id),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def challenge_in(options: str) -> str:
    """The challenge of such options, to keep until the answer comes."""
    return str(json.loads(options)["challenge"])


@transaction.atomic
def register(user_id: int, answer: str, *, name: str, challenge: str, at: datetime) -> list[str]:
    """Keep a passkey that a device made; returns recovery codes where this is the person's first second factor.

    Raises `NameWanted`, `PasskeyRefused` or `PasskeyKnown`.
    """
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise NameWanted
    user = locked_user(user_id)
    try:
        made = verify_registration_response(
            credential=answer[:LONGEST_ANSWER],
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_rp_id(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except MALFORMED as error:
        raise PasskeyRefused from error
    if Passkey.objects.filter(credential_id=made.credential_id).exists():
        raise PasskeyKnown
    is_first = not queries.has_second_factor(user_id)
    key = Passkey.objects.create(
        user=user,
        name=name,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        registered_at=at,
    )
    codes = new_recovery_codes(user) if is_first else []
    audit.note("accounts.passkey_registered", user.username, by=SystemActor(user.username), at=at, passkey=key.pk)
    return codes


@transaction.atomic
def rename(passkey_id: int, name: str, *, user_id: int, at: datetime) -> None:
    """Call one's passkey otherwise. Raises `NotFound`, `NameWanted`."""
    key = _own(passkey_id, user_id)
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise NameWanted
    key.name = name
    key.save(update_fields=["name"])
    audit.note("accounts.passkey_renamed", key.user.username, by=SystemActor(key.user.username), at=at, passkey=key.pk)


@transaction.atomic
def remove(passkey_id: int, *, user_id: int, at: datetime) -> None:
    """Forget one's passkey, and the recovery codes where it was the last second factor. Raises `NotFound`."""
    user = locked_user(user_id)
    _own(passkey_id, user_id).delete()
    forget_recovery_codes(user)
    audit.note("accounts.passkey_removed", user.username, by=SystemActor(user.username), at=at, passkey=passkey_id)


def check(user_id: int, answer: str, *, challenge: str, address: str, at: datetime) -> Method:
    """Take a passkey's answer to the challenge. Raises `PasskeyRefused` or `TooManyAttempts`.

    The device must have verified the person, at this platform's own address, and its counter must have gone on.
    Failures count together with wrong passwords and codes.
    """
    user = User.objects.get(pk=user_id)
    check_limit(user.username, address=address, method=Method.PASSKEY, at=at)
    try:
        with transaction.atomic():
            _use(user_id, answer[:LONGEST_ANSWER], challenge, at)
    except PasskeyRefused as error:
        reason = str(error.details.get("reason", ""))
        note_failure(
            user.username,
            action="accounts.second_factor_failed",
            address=address,
            at=at,
            method=Method.PASSKEY,
            reason=reason,
        )
        raise
    return Method.PASSKEY


def _use(user_id: int, answer: str, challenge: str, at: datetime) -> None:
    try:
        given = parse_authentication_credential_json(answer)
    except MALFORMED as error:
        raise PasskeyRefused(reason="malformed") from error
    key = Passkey.objects.select_for_update().filter(user_id=user_id, credential_id=given.raw_id).first()
    if key is None:
        raise PasskeyRefused(reason="unknown")
    try:
        used = verify_authentication_response(
            credential=given,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_rp_id(),
            expected_origin=_origin(),
            credential_public_key=bytes(key.public_key),
            credential_current_sign_count=0,  # ours below tells a copied key from other faults
            require_user_verification=True,
        )
    except MALFORMED as error:
        raise PasskeyRefused(reason="invalid") from error
    if not rules.counter_advances(key.sign_count, used.new_sign_count):
        raise PasskeyRefused(reason="counter")
    key.sign_count, key.used_at = used.new_sign_count, at
    key.save(update_fields=["sign_count", "used_at"])


def _own(passkey_id: int, user_id: int) -> Passkey:
    key = Passkey.objects.select_for_update(of=("self",)).select_related("user")
    found = key.filter(pk=passkey_id, user_id=user_id).first()
    if found is None:
        raise NotFound
    return found


def _known(user_id: int) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=p.credential_id) for p in queries.passkeys_of(user_id)]


def _origin() -> str:
    parts = urlsplit(settings.PUBLIC_ADDRESS)
    return f"{parts.scheme}://{parts.netloc}"


def _rp_id() -> str:
    """The platform's host name: browsers offer a passkey there and nowhere else."""
    return urlsplit(settings.PUBLIC_ADDRESS).hostname or ""
