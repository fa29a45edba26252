"""Which letters a transaction sees: row-level security beneath shows those that it names and no others."""

from collections.abc import Iterable
from contextlib import AbstractContextManager

from chengxin.base.audit.services import Who
from chengxin.base.casework.notices import DUTY
from chengxin.base.casework.rules import Party
from chengxin.base.database.context import acting
from chengxin.base.letters.models import Letter

NAMED, OVERSEEN = "letters", "letter-deliveries"


def one(letter_id: int, *, by: str) -> Letter | None:
    """A letter by its id, for what is done with it; the caller permits. Index: primary key."""
    with _named([f"letter:{letter_id}"], by=by):
        return Letter.objects.select_related("document").filter(pk=letter_id).first()


def of_case(case_id: int, *, by: str) -> tuple[Letter, ...]:
    """The letters in a case, first to last; the caller permits. Index: `letter_case`."""
    with _named([f"case:{case_id}"], by=by):
        return tuple(Letter.objects.select_related("document").filter(case_id=case_id).order_by("pk"))


def written_to(parties: Iterable[str], *, by: str) -> AbstractContextManager[None]:
    """A transaction that sees the letters to these addressees (`Party.key`) alone."""
    return _named(parties, by=by)


def writing(to: Party, *, by: Who) -> AbstractContextManager[None]:
    """A transaction that writes a letter to one addressee."""
    return _named([to.key], by=by.name)


def overseeing() -> AbstractContextManager[None]:
    """A transaction that sees of which letters messages were sent, for those who run the platform."""
    return acting(actor="deliveries", purpose=OVERSEEN, basis=DUTY)


def _named(names: Iterable[str], *, by: str) -> AbstractContextManager[None]:
    return acting(actor=by, purpose=NAMED, basis=DUTY, about=",".join(names))
