"""Makes and revokes API clients."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from oauth2_provider.generators import generate_client_id, generate_client_secret
from oauth2_provider.models import AccessToken, Application

from chengxin.base.audit.services import note
from chengxin.base.errors import NotFound
from chengxin.faces.rest.models import ApiClient
from chengxin.faces.rest.rules import Scope
from chengxin.registry.accounts.models import Organisation
from chengxin.registry.accounts.rules import Actor, Permission, require


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client as it was made; the secret is stored only as a hash and can't be shown again."""

    client_id: str
    client_secret: str
    name: str
    organisation_code: str
    scopes: tuple[str, ...]


@transaction.atomic
def create_client(organisation_code: str, *, name: str, scopes: frozenset[Scope], by: Actor, at: datetime) -> NewClient:
    """Make a client that may act for the organisation within `scopes`. Raises `NotFound`, `NotPermitted`."""
    organisation = Organisation.objects.filter(code=organisation_code).first()
    if organisation is None:
        raise NotFound
    require(by, Permission.MANAGE_ACCOUNTS, of=organisation.pk)
    secret = generate_client_secret()
    application = Application.objects.create(
        client_id=generate_client_id(),
        client_secret=secret,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        name=name,
    )
    chosen = tuple(sorted(scope.value for scope in scopes))
    ApiClient.objects.create(
        application=application, organisation=organisation, name=name, scopes=list(chosen), created_at=at
    )
    told = {"organisation": organisation.code, "scopes": list(chosen)}
    note("rest.client_created", application.client_id, by=by, at=at, **told)
    return NewClient(application.client_id, secret, name, organisation.code, chosen)


@transaction.atomic
def revoke_client(client_id: str, *, by: Actor, at: datetime) -> None:
    """End a client and all its tokens at once; its row stays. Revoking twice changes nothing. Raises `NotFound`."""
    client = (
        ApiClient.objects.select_for_update(of=("self",))
        .select_related("application")
        .filter(application__client_id=client_id)
        .first()
    )
    if client is None:
        raise NotFound
    require(by, Permission.MANAGE_ACCOUNTS, of=client.organisation_id)
    if client.revoked_at is not None:
        return
    client.revoked_at = at
    client.save(update_fields=["revoked_at"])
    # A secret that nobody knows: the token endpoint refuses the client as unknown.
    client.application.client_secret = generate_client_secret()
    client.application.save(update_fields=["client_secret"])
    AccessToken.objects.filter(application=client.application).delete()
    note("rest.client_revoked", client_id, by=by, at=at)
