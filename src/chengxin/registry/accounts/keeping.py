"""Who asked for work that a task does later: kept with the order, and found again as an actor when it is done."""

from typing import Any, Protocol

from chengxin.registry.accounts.queries import reach_of
from chengxin.registry.accounts.rules import Actor, Role


class Kept(Protocol):
    """An order with the columns that `columns_of` fills."""

    actor: str
    organisation_id: Any
    organisation_code: str
    user_id: Any
    roles: str


def columns_of(by: Actor) -> dict[str, Any]:
    """The columns of an order that say who asked."""
    return {
        "actor": by.name,
        "organisation_id": by.organisation_id,
        "organisation_code": by.organisation_code,
        "user_id": by.user_id,
        "roles": " ".join(sorted(by.roles)),
    }


def actor_of(order: Kept) -> Actor:
    """Who asked, with the roles of then and what the organisation reaches now. Acts for no subject."""
    return Actor(
        name=order.actor,
        organisation_id=order.organisation_id,
        organisation_code=order.organisation_code,
        roles=frozenset(Role(r) for r in order.roles.split()),
        reaches=reach_of(order.organisation_id) if order.organisation_id else frozenset(),
        user_id=order.user_id,
    )
