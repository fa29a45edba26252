"""Writes of signing in through an identity provider: what it states becomes the person's right to act for others."""

import base64
import secrets
from datetime import datetime

from django.db import connection, transaction

from chengxin.base.audit import services as audit
from chengxin.base.sealing.keys import lookup_key
from chengxin.base.sealing.rules import lookup_hash
from chengxin.registry.accounts import queries, rules
from chengxin.registry.accounts.actors import SystemActor
from chengxin.registry.accounts.delegating import end_with_all_below
from chengxin.registry.accounts.errors import AccountClosed
from chengxin.registry.accounts.limiting import NOBODY, check_limit, note_failure
from chengxin.registry.accounts.models import Mandate, ProviderIdentity, User
from chengxin.registry.accounts.rules import MandateKind, Method, Scope, Statement
from chengxin.registry.accounts.services import create_user, first_step
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import about_person, about_subject
from chengxin.registry.subjects.services import person_hash

CONTEXT = "accounts.provider"
CITIZEN_CARD = "身份证"  # the document type under which natural persons are registered
PURPOSE, BASIS = "sign-in", "《中华人民共和国个人信息保护法》第四十五条"  # one's own right to see what is held
NAME_BYTES = 5
LONGEST_NAME = 60


def sign_in_by_statement(statement: Statement, *, issuer: str, address: str, at: datetime) -> User:
    """The person of whom the provider states this, with the mandates that follow from it. Raises `AccountClosed`.

    Who has a second factor is not signed in yet: `services.finish_sign_in` does it.
    """
    user = _take(statement, issuer, at)
    if not user.is_active:
        note_failure(user.username, action="accounts.sign_in_failed", address=address, at=at, method=Method.PROVIDER)
        raise AccountClosed
    first_step(user, method=Method.PROVIDER, at=at)
    return user


def check_provider_limit(*, address: str, at: datetime) -> None:
    """Raise `TooManyAttempts` where too much failed from this address a short while ago."""
    check_limit(NOBODY, address=address, method=Method.PROVIDER, at=at)


def note_refusal(reason: str, *, counts: bool, address: str, at: datetime) -> None:
    """Note that a sign-in through the provider was not completed; it counts against the address where it was tried."""
    if counts:
        note_failure(NOBODY, action="accounts.provider_refused", address=address, at=at, reason=reason)
    else:
        audit.note("accounts.provider_refused", NOBODY, by=SystemActor(), at=at, reason=reason)


@transaction.atomic
def _take(statement: Statement, issuer: str, at: datetime) -> User:
    hashed = lookup_hash(f"{issuer}\x00{statement.subject}", key=lookup_key(), context=CONTEXT)
    with connection.cursor() as cursor:  # two first sign-ins of one person make one account
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(hashed[:8], "big", signed=True)])
    known = ProviderIdentity.objects.filter(subject_hash=hashed).first()
    user = _made(statement, issuer, hashed, at) if known is None else User.objects.get(pk=known.user_id)
    if not user.is_active:
        return user
    name = statement.name[:LONGEST_NAME] or user.username
    if user.display_name_zh != name:
        user.display_name_zh = user.display_name_en = name
        user.save(update_fields=["display_name_zh", "display_name_en"])
    _bring_mandates(user, _stated(statement), proof=f"provider:{issuer}"[:200], at=at)
    return user


def _made(statement: Statement, issuer: str, hashed: bytes, at: datetime) -> User:
    username = "u-" + base64.b32encode(secrets.token_bytes(NAME_BYTES)).decode().lower()
    name = statement.name[:LONGEST_NAME] or username
    user = create_user(
        username, name_zh=name, name_en=name, password=None, is_demo=False, by=SystemActor(username), at=at
    )
    ProviderIdentity.objects.create(user=user, issuer=issuer, subject_hash=hashed, first_seen_at=at)
    return user


def _stated(statement: Statement) -> list[tuple[str, str]]:
    """On whose behalf the statement lets the person act, and how. Of the citizen number nothing stays."""
    stated = [(about_subject(code), MandateKind.REPRESENTATIVE.value) for code in sorted(statement.companies)]
    if statement.number:
        hashed = person_hash(CITIZEN_CARD, statement.number)
        person = subjects.person_hashed(hashed, by="sign-in", purpose=PURPOSE, basis=BASIS)
        if person is not None:
            stated.insert(0, (about_person(person), MandateKind.SELF.value))
    return stated


def _bring_mandates(user: User, stated: list[tuple[str, str]], *, proof: str, at: datetime) -> None:
    """End the provider's mandates that it states no longer, give those that it states now; others stay untouched."""
    by = SystemActor(user.username)
    held = queries.mandates_of(user.pk, at=at)
    rows = {m.pk: m for m in Mandate.objects.select_for_update().filter(pk__in=[m.id for m in held], proof=proof)}
    for id in rules.no_longer_stated([(m.pk, m.about, m.kind) for m in rows.values()], stated):
        end_with_all_below(rows[id], at=at)
        audit.note("accounts.mandate_ended", rows[id].about, by=by, at=at, user=user.username, proof=proof)
    present = {(m.about, m.kind.value) for m in held}
    new = [(about, kind) for about, kind in stated if (about, kind) not in present]
    scopes = " ".join(sorted(Scope))
    Mandate.objects.bulk_create(
        [Mandate(user=user, about=about, kind=kind, scopes=scopes, proof=proof, valid_from=at) for about, kind in new]
    )
    for about, kind in new:
        audit.note("accounts.mandate_given", about, by=by, at=at, user=user.username, kind=kind, proof=proof)
