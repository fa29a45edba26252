"""Reads of typical cases (典型案例): what a case can tell about, and what stands on the public site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chengxin.base.casework import queries as casework
from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.records import queries as records
from chengxin.registry.records import selecting
from chengxin.registry.records.rows import RecordRow
from chengxin.registry.records.selecting import Named
from chengxin.regulation.campaigns import queries
from chengxin.regulation.campaigns.models import Order, Target, TypicalCase
from chengxin.regulation.campaigns.procedure import PROPOSED
from chengxin.regulation.campaigns.rules import Selection


@dataclass(frozen=True, slots=True)
class ChosenTarget:
    """A target about which a case can be told, with the public records that it was chosen by."""

    id: int
    code: str
    name: str
    records: tuple[RecordRow, ...]


@dataclass(frozen=True, slots=True)
class ToldCase:
    """A typical case; code and name of the subject stand here only while its record is public, disputed or not.

    `stands`: whether the case is on the public site.
    """

    id: int
    case_id: int
    campaign_id: int
    organisation_id: int
    title: str
    text: str
    lesson: str
    published_on: date | None
    stands: bool
    code: str
    name: str
    is_disputed: bool


@dataclass(frozen=True, slots=True)
class ToldPage:
    """Typical cases of one page, and how many there are on all."""

    rows: tuple[ToldCase, ...]
    total: int


def own_order(order_id: int, *, campaign_id: int, actor: Actor) -> Order:
    """An order of that campaign for the member itself. Raises `NotFound`. Index: primary key."""
    found = Order.objects.filter(pk=order_id, campaign_id=campaign_id, organisation_id__in=actor.reaches).first()
    if found is None:
        raise NotFound
    return found


def chosen_target(target_id: int, *, order_id: int, on: date) -> ChosenTarget:
    """A target of that order, with the public records that it was chosen by. Raises `NotFound`. Index: primary key."""
    found = Target.objects.select_related("order__campaign").filter(pk=target_id, order_id=order_id).first()
    if found is None:
        raise NotFound
    return ChosenTarget(found.pk, found.code, found.name, records_of_target(found, on=on))


def records_of_target(target: Target, *, on: date) -> tuple[RecordRow, ...]:
    """The records by which a target was chosen, newest first, that are public on that day: what a case can tell about.

    Where they were not kept at the launch, those that the whole saved query finds now. Index:
    `record_one_present_version`, `record_subject`.
    """
    keys = target.record_keys
    if not keys:
        selection = Selection.from_json(target.order.campaign.selection)
        keys = [k for one in queries.matches(selection, on=on, codes=[target.code]) for k in one.natural_keys]
    return records.public_records_with(keys, on=on)


def same_proposal(order_id: int, *, title: str, text: str, lesson: str) -> int | None:
    """The case of the proposal from that order's campaign and member that says the same and waits, if there is one."""
    order = Order.objects.get(pk=order_id)
    same = TypicalCase.objects.filter(campaign_id=order.campaign_id, organisation_id=order.organisation_id)
    same = same.filter(title=title, text=text, lesson=lesson)
    states = casework.states_of(same.values_list("case_id", flat=True))
    return next((case_id for case_id, state in states.items() if state == PROPOSED), None)


def cases_about(natural_key: UUID, *, on: date) -> tuple[ToldCase, ...]:
    """The cases about that record which wait for their review or stand on the public site on that day."""
    rows = list(
        TypicalCase.objects.filter(natural_key=natural_key).select_related("publication", "taken_down").order_by("id")
    )
    states = casework.states_of(r.case_id for r in rows)
    return _told([r for r in rows if states[r.case_id] == PROPOSED or stands(r, on=on)], on=on)


def stands(told: TypicalCase, *, on: date) -> bool:
    """Whether a case is on the public site on that day."""
    return hasattr(told, "publication") and told.publication.until > on and not hasattr(told, "taken_down")


def typical_cases(*, on: date, campaign_id: int | None = None, page: int = 1, size: int = 20) -> ToldPage:
    """A page of the typical cases that stand on the public site on that day, newest first.

    Index: unique typical case, primary key.
    """
    found = TypicalCase.objects.filter(
        publication__published_on__lte=on, publication__until__gt=on, taken_down__isnull=True
    )
    if campaign_id is not None:
        found = found.filter(campaign_id=campaign_id)
    ordered = found.select_related("publication", "taken_down").order_by("-publication__published_on", "-id")
    return ToldPage(_told(list(ordered[(page - 1) * size : page * size]), on=on), found.count())


def typical_case_of_case(case_id: int, *, actor: Actor, on: date) -> ToldCase:
    """The typical case that a case is about, for those who see the case. Raises `NotFound`. Index: unique case."""
    casework.case(case_id, actor=actor, on=on)
    rows = list(TypicalCase.objects.filter(case_id=case_id).select_related("publication", "taken_down"))
    if not rows:
        raise NotFound
    return _told(rows, on=on)[0]


def _told(rows: Sequence[TypicalCase], *, on: date) -> tuple[ToldCase, ...]:
    names = selecting.named_by([r.natural_key for r in rows if r.natural_key], on=on)
    nobody = Named("", "", is_disputed=False)
    return tuple(_told_case(r, names.get(r.natural_key, nobody) if r.natural_key else nobody, on=on) for r in rows)


def _told_case(row: TypicalCase, named: Named, *, on: date) -> ToldCase:
    return ToldCase(
        id=row.pk,
        case_id=row.case_id,
        campaign_id=row.campaign_id,
        organisation_id=row.organisation_id,
        title=row.title,
        text=row.text,
        lesson=row.lesson,
        published_on=row.publication.published_on if hasattr(row, "publication") else None,
        stands=stands(row, on=on),
        code=named.code,
        name=named.name,
        is_disputed=named.is_disputed,
    )
