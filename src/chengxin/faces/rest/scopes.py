"""Which scopes a client may ask for: those that were given to it, not all that exist."""

from typing import Any

from oauth2_provider.scopes import BaseScopes

from chengxin.faces.rest import queries
from chengxin.faces.rest.rules import Scope


class ClientScopes(BaseScopes):  # type: ignore[misc]
    """Scopes by client; django-oauth-toolkit asks here."""

    def get_all_scopes(self) -> dict[str, str]:
        """Every scope with its meaning."""
        return {
            Scope.SUBMIT.value: "Hand in records",
            Scope.READ.value: "Read the organisation's own submissions",
            Scope.QUERY.value: "Query what subjects consented to show",
            Scope.CHANGES.value: "Read and acknowledge changes of records that the organisation received",
            Scope.CHECK.value: "Check credit in the organisation's own matters",
            Scope.DELIVERIES.value: "Take deliveries of what the organisation subscribed to, and receipt them",
        }

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """The scopes that were given to the client."""
        return list(queries.scopes_of(application.pk)) if application is not None else []

    def get_default_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """All of the client's scopes where it asks for none in particular."""
        return self.get_available_scopes(application=application)
