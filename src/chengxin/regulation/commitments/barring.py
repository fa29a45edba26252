"""Who is not offered notice and commitment (不适用告知承诺制), on which ground, and until when.

The bar is the measure of the catalogue that policy names, and nothing beside it. An organisation is met by what a
credit check would answer the authority of the letter with. A natural person has no public record and stands in no
matter of a check: what meets a person is a finding about the person's own commitment, by the same entry and its term.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.languages import InBoth
from chengxin.base.listing import listed_in_chinese
from chengxin.registry.accounts.queries import organisations
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.records.rules import months_after
from chengxin.registry.subjects.rules import code_of
from chengxin.regulation.commitments import policy
from chengxin.regulation.commitments.models import Decision
from chengxin.regulation.commitments.recording import ITEM
from chengxin.regulation.commitments.rules import KINDS, ONE_DAY, STATES, Kind, State, Template
from chengxin.regulation.measures import applying
from chengxin.regulation.measures.grounds import fits
from chengxin.regulation.measures.rules import Applying, Ground, Measure, RecordTrigger, Target


@dataclass(frozen=True, slots=True)
class Bar:
    """The measure that bars, on which ground, and the first day on which it does so no longer."""

    measure: Measure
    ground: Ground
    until: date
    is_person: bool

    @property
    def name(self) -> InBoth:
        """What the measure is called."""
        return InBoth(self.measure.name_zh, self.measure.name_en)

    @property
    def basis(self) -> str:
        """The laws and articles on which the measure stands."""
        return basis_of(self.measure)

    @property
    def because(self) -> InBoth:
        """The decision that it rests on: who decided, its number and day."""
        told = f"{self.ground.decision_number} ({self.ground.decided_on})".strip()
        zh, en = self.ground.authority_zh, self.ground.authority_en or self.ground.authority_zh
        return InBoth(f"{zh} {told}", f"{en} {told}")


@dataclass(frozen=True, slots=True)
class Following:
    """What a breach found on a day has follow: the measure, for how many months at most, and until when."""

    measure: Measure
    months: int
    until: date


def basis_of(measure: Measure) -> str:
    """The laws and articles on which a measure stands, in Chinese as they are cited."""
    return listed_in_chinese(f"{b.law}{b.article}" for b in measure.basis)


def bar_of(about: str, template: Template, *, by: Actor, at: datetime) -> Bar | None:
    """What bars `about` from signing that letter at that moment; None where it is open.

    Indexes: as `measures.applying.applying_to`; of a person `commitment_about`.
    """
    terms = policy.notice_and_commitment_on(local_date(at))
    if terms is None or template.kind not in terms.kinds:
        return None
    found = _applying(about, terms.measure, template, by=by, at=at)
    if found is None or found.until is None:
        return None
    return Bar(found.measure, found.ground, local_date(found.until), code_of(about) is None)


def following(kind: Kind, *, ends_on: date, found_on: date) -> Following | None:
    """What follows where a commitment of that kind, whose term ends on `ends_on`, is found not kept on `found_on`.

    None where nothing does. The record is public, and so carries the measure, no longer than the commitment runs.
    """
    terms = policy.notice_and_commitment_on(found_on)
    measure = applying.measure_on(terms.measure, at=_begin(found_on)) if terms else None
    if measure is None or (trigger := _met_by(measure, _told(kind, State.NOT_PERFORMED, found_on))) is None:
        return None
    until = min(months_after(found_on, trigger.months), ends_on + ONE_DAY)
    return Following(measure, trigger.months, until) if until > found_on else None


def _applying(about: str, code: str, template: Template, *, by: Actor, at: datetime) -> Applying | None:
    credit_code = code_of(about)
    if credit_code is not None:
        return applying.applying_to(credit_code, measure=code, authority=template.authority, by=by, at=at)
    measure = applying.measure_on(code, at=at)
    if measure is None or Target.NATURAL_PERSON not in measure.targets:
        return None
    return applying.by_grounds(measure, _findings_about(about, measure), at=at)


def _findings_about(about: str, measure: Measure) -> Iterator[Ground]:
    """The findings of breach about a person's own commitments that trigger the measure."""
    found = Decision.objects.select_related("commitment").filter(
        commitment__about=about, state=State.NOT_PERFORMED.value, undoing__isnull=True
    )
    names = {o.id: o for o in organisations()} if found else {}
    for decision in found:
        broken, found_on = decision.commitment, local_date(decision.decided_at)
        trigger = _met_by(measure, _told(Kind(broken.kind), State.NOT_PERFORMED, found_on))
        if trigger is None:
            continue
        authority = names[broken.authority_id]
        yield Ground(
            about=about,
            reference=f"commitment:{broken.number}",
            trigger=None,
            meets=trigger,
            authority_zh=authority.name_zh,
            authority_en=authority.name_en,
            decision_number=broken.number,
            decided_on=found_on.isoformat(),
            served_at=_begin(found_on + ONE_DAY),  # its letter is written in the transaction of the decision
            since=_begin(found_on),
            until=_begin(min(months_after(found_on, trigger.months), broken.ends_on + ONE_DAY)),
        )


def _told(kind: Kind, state: State, found_on: date) -> Mapping[str, str]:
    """What the record of a finding tells of it."""
    return {"COMMITMENT_KIND": KINDS[kind], "PERFORMANCE": STATES[state], "CHECKED_ON": found_on.isoformat()}


def _met_by(measure: Measure, told: Mapping[str, str]) -> RecordTrigger | None:
    triggers = (t for t in measure.records if t.item == ITEM and t.months)
    return next((t for t in triggers if fits(t, told, otherwise=None)), None)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=CITY_TIME)
