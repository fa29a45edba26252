"""What a person's own records can open, as values. There is no number here that could rank anyone. Pure."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date

from chengxin.evaluation.scorecards.model import Where
from chengxin.registry.catalogue.rules import LegalBasis, Words


@dataclass(frozen=True, slots=True)
class Need:
    """One valid record of this kind opens the benefit; `window_months` None: however old."""

    resource: str
    where: Where
    window_months: int | None
    text: Words


@dataclass(frozen=True, slots=True)
class Benefit:
    """Something that gets easier (便利), by whom, and what opens it."""

    code: str
    title: Words
    opens: Words
    provider: str
    need: Need


@dataclass(frozen=True, slots=True)
class Offer:
    """One version of a set of benefits; `consent` is the purpose of the consent that it needs.

    `effective_until`: the first day on which it ends by itself; None: until it is ended or another version follows.
    """

    code: str
    version: int
    title: Words
    purpose: Words
    limits: Words
    consent: str
    legal_basis: tuple[LegalBasis, ...]
    source: Words
    verified: bool
    effective_from: date
    approver: str
    benefits: tuple[Benefit, ...]
    effective_until: date | None = None

    @property
    def name(self) -> str:
        """Code and version: `resident-1`."""
        return f"{self.code}-{self.version}"

    @property
    def resources(self) -> tuple[str, ...]:
        """The catalogue items that it reads, sorted."""
        return tuple(sorted({b.need.resource for b in self.benefits}))

    @property
    def digest(self) -> str:
        """SHA-256 of the content as canonical JSON, in hexadecimal."""
        return hashlib.sha256(canonical(self).encode()).hexdigest()


def canonical(offer: Offer) -> str:
    """The offer as the JSON of which its digest is computed."""
    content = asdict(offer)
    if offer.effective_until is None:
        del content["effective_until"]  # what was approved before offers could name their end keeps its digest
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
