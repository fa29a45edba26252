"""Bearer tokens of organisations' systems → `Actor`."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from chengxin.base import clock
from chengxin.faces.rest import limiting, queries
from chengxin.faces.rest.errors import NotSigned, ScopeMissing
from chengxin.faces.rest.rules import Scope
from chengxin.registry.accounts.queries import actor_of_organisation
from chengxin.registry.accounts.rules import Actor, Role

READING = frozenset({"GET", "HEAD", "OPTIONS"})


ANYONE = Actor(name="public", organisation_id=None, organisation_code="", roles=frozenset())


class OrganisationBearer(HttpBearer):
    """Accepts a living token with the scope that the method needs: `to_read` to look, `to_write` for the rest.

    `to_read` None: every living token may look.
    """

    def __init__(self, *, to_read: Scope | None = Scope.READ, to_write: Scope = Scope.SUBMIT) -> None:
        super().__init__()
        self.to_read, self.to_write = to_read, to_write

    def __call__(self, request: HttpRequest) -> Actor:
        """The actor that the token stands for. Raises `NotSigned`, `ScopeMissing`."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise NotSigned
        return self.authenticate(request, token.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The actor that acts for the client's organisation, as its officer; the request bears `api_client`, its id."""
        found = queries.bearer(token, at=clock.now())
        if found is None:
            raise NotSigned
        limiting.remember_client(request.headers["Authorization"], found.client_id)
        request.api_client = found.client_id  # type: ignore[attr-defined]
        needed = self.to_read if request.method in READING else self.to_write
        if needed is not None and needed not in found.scopes:
            raise ScopeMissing(scope=needed.value)
        actor = actor_of_organisation(
            found.organisation_code,
            roles=frozenset({Role.DEPARTMENT_OFFICER}),
            name=f"api:{found.client_name}",
        )
        if actor is None:
            raise NotSigned
        return actor


class AnyoneOrOrganisation:
    """Lets everyone read what is public; who sends a token reads as its organisation, and is told of changes."""

    def __call__(self, request: HttpRequest) -> Actor:
        """The public where no token is sent. Raises `NotSigned` for one that does not hold."""
        if "Authorization" not in request.headers:
            return ANYONE
        return OrganisationBearer(to_read=None)(request)
