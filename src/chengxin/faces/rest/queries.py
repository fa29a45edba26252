"""Reads of API clients."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from oauth2_provider.models import AccessToken

from chengxin.base.database.together import Together
from chengxin.faces.rest.models import ApiClient
from chengxin.faces.rest.rules import Scope


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client with its organisation; never its secret."""

    client_id: str
    name: str
    organisation_code: str
    organisation_zh: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a living token stands for."""

    client_id: str
    client_name: str
    organisation_code: str
    scopes: frozenset[str]


def clients() -> list[ClientRow]:
    """All clients, oldest first."""
    return [
        ClientRow(
            client_id=c.application.client_id,
            name=c.name,
            organisation_code=c.organisation.code,
            organisation_zh=c.organisation.name_zh,
            scopes=tuple(c.scopes),
            created_at=c.created_at,
            revoked_at=c.revoked_at,
        )
        for c in ApiClient.objects.select_related("application", "organisation").order_by("id")
    ]


def scopes_of(application_id: int) -> tuple[str, ...]:
    """The scopes that the client of this application may ask for; none once revoked. Index: unique application."""
    found = ApiClient.objects.filter(application_id=application_id, revoked_at=None).values_list("scopes", flat=True)
    return tuple(found[0]) if found else ()


def is_living(client_id: str, *, scope: Scope) -> bool:
    """Whether the client may act with this scope now. Index: unique client_id."""
    found = ApiClient.objects.filter(application__client_id=client_id, revoked_at=None)
    return found.filter(scopes__contains=[scope.value]).exists()


def bearer(token: str, *, at: datetime) -> Bearer | None:
    """What the token stands for at the moment `at`; None when unknown, expired or revoked.

    Index: unique token_checksum.
    """
    found = (
        AccessToken.objects.select_related("application__api_client__organisation")
        .filter(
            token_checksum=hashlib.sha256(token.encode()).hexdigest(),
            expires__gt=at,
            application__api_client__revoked_at=None,
            application__api_client__isnull=False,
        )
        .first()
    )
    if found is None:
        return None
    client = found.application.api_client
    return Bearer(
        client_id=found.application.client_id,
        client_name=client.name,
        organisation_code=client.organisation.code,
        scopes=frozenset(found.scope.split()) & frozenset(client.scopes),
    )


@dataclass(frozen=True, slots=True)
class LivingToken:
    """The client behind a token that is good."""

    client_id: str
    client_name: str
    organisation_code: str


_TOKENS = """
FROM oauth2_provider_accesstoken t
JOIN rest_apiclient c ON c.application_id = t.application_id AND c.revoked_at IS NULL
  AND %(scope)s::text = ANY(c.scopes) {further}
WHERE t.token_checksum = ANY(%(checksums)s::text[])
  AND t.expires > %(moment)s::timestamptz AND %(scope)s::text = ANY(string_to_array(t.scope, ' '))
"""
_WHOSE = """
JOIN oauth2_provider_application a ON a.id = c.application_id
JOIN accounts_organisation o ON o.id = c.organisation_id
"""
_GOOD = "SELECT t.token_checksum" + _TOKENS.format(further="")
_LIVING = "SELECT t.token_checksum, a.client_id, c.name, o.code" + _TOKENS.format(further=_WHOSE)


def asked_tokens(
    checksums: list[str], *, scope: Scope, at: datetime, among: Together
) -> Callable[[], dict[str, LivingToken]]:
    """Ask for the clients behind those of these tokens (by SHA-256) that are good at `at` and hold the scope.

    What is returned awaits it. Index: unique token_checksum.
    """
    rows = among.ask(_LIVING, {"checksums": checksums, "scope": scope.value, "moment": at}, columns=4)
    return lambda: {row[0]: LivingToken(*row[1:]) for row in rows()}


def asked_good(checksums: list[str], *, scope: Scope, at: datetime, among: Together) -> Callable[[], set[str]]:
    """Ask which of these tokens are good, where it is known already whose they are: half the tables. Index as above.

    What is returned awaits it.
    """
    rows = among.ask(_GOOD, {"checksums": checksums, "scope": scope.value, "moment": at}, columns=1)
    return lambda: {checksum for (checksum,) in rows()}
