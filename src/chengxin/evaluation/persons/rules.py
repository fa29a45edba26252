"""Which benefits a person's records open. There is no other outcome. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chengxin.evaluation.persons.model import Benefit, Offer
from chengxin.evaluation.scorecards.model import Repaired
from chengxin.evaluation.scorecards.rules import Fact, counts, fulfils, window


@dataclass(frozen=True, slots=True)
class Opened:
    """A benefit that is open, and the facts that open it."""

    benefit: str
    behind: tuple[int, ...]


def opened(offer: Offer, facts: Iterable[Fact], *, as_of: date) -> tuple[Opened, ...]:
    """The benefits that are open on a day, in the order of the offer; what is not open leaves no trace.

    Source: red line 2 of the architecture; PIPL (中华人民共和国个人信息保护法) art. 24; the offer's own benefits.
    """
    known = tuple(facts)
    found = ((b.code, _behind(b, known, as_of)) for b in offer.benefits)
    return tuple(Opened(code, behind) for code, behind in found if behind)


def _behind(benefit: Benefit, facts: tuple[Fact, ...], as_of: date) -> tuple[int, ...]:
    need = benefit.need
    days = window(need.window_months, as_of)
    return tuple(
        sorted(
            f.id
            for f in facts
            if f.resource == need.resource
            and days.holds(f.on)
            and fulfils(need.where, f.values)
            and counts(f, repaired=Repaired.IGNORE, as_of=as_of, disputed_counts=True)
        )
    )
