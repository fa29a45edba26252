"""Fictional people who act on behalf of a fictional company."""

from chengxin.registry.accounts.models import User
from chengxin.registry.accounts.rules import MandateKind, Scope
from chengxin.registry.accounts.services import SystemActor, give_mandate
from chengxin.registry.accounts.tests.factories import NOON, user
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code

COMPANY = about_subject(code(1))


def mandate_of(username: str, about: str, scopes: frozenset[Scope] = frozenset(Scope)) -> int:
    """The id of a mandate of that person as legal representative."""
    return give_mandate(
        username, about=about, kind=MandateKind.REPRESENTATIVE, scopes=scopes, proof="test", by=SystemActor(), at=NOON
    )


def representative(
    *, username: str = "liang", about: str = COMPANY, scopes: frozenset[Scope] = frozenset(Scope)
) -> tuple[User, int]:
    """A person with a mandate for the company with number 1, and the mandate's id."""
    return user(username), mandate_of(username, about, scopes)
