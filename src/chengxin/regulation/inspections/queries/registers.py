"""Reads of the registers: who can be inspected, who can inspect, and who withdraws from whom."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, QuerySet

from chengxin.base.database.parts import all_rows
from chengxin.base.errors import NotFound
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.subjects import queries as subjects
from chengxin.regulation.inspections import grades, policy
from chengxin.regulation.inspections.models import (
    Assignment,
    Inspector,
    InspectorTerms,
    ObjectEntry,
    Plan,
    Recusal,
    Visit,
)
from chengxin.regulation.inspections.rules import Candidate

BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Listed:
    """An object of a plan's population, with the codes of the matters under which it stands."""

    subject_id: int
    code: str
    name: str
    division: str
    stratum: str
    matters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """A subject in the register of a matter."""

    id: int
    code: str
    name: str
    division: str
    since: date


@dataclass(frozen=True, slots=True)
class InspectorRow:
    """An inspector as the register shows them now; `load`: visits this year."""

    id: int
    number: str
    name: str
    organisation_id: int
    user_id: int | None
    skills: tuple[str, ...]
    divisions: tuple[str, ...]
    is_active: bool
    load: int
    recusals: int


def population(plan: Plan, *, on: date) -> list[Listed]:
    """Who can be drawn under a plan on that day: active, in the registers of its matters, in its divisions.

    Left out: who had as many visits this year as their stratum allows. A few statements for 20,000 objects.
    Index: `inspection_object_once`.
    """
    codes = [m.code for version in plan.matters if (m := policy.matter_named(version))]
    rows = iter(
        ObjectEntry.objects.filter(matter__in=codes, until__isnull=True)
        .values_list("subject_id")
        .annotate(held=ArrayAgg("matter", order_by="matter"))
        .order_by("subject_id")
        .iterator(chunk_size=BATCH)
    )
    sampling = policy.sampling(on)
    most = {b.stratum.code: b.most_per_year for b in sampling.bands}
    found: list[Listed] = []
    while part := dict(islice(rows, BATCH)):
        briefs = subjects.active_among(list(part), divisions=plan.divisions)
        ids = [b.id for b in briefs]
        graded, visited = grades.grades_of(ids, on=on), visits_in(on.year, ids)
        for one in briefs:
            stratum = sampling.stratum_of(graded.get(one.id))
            limit = most[stratum]
            if limit is None or visited.get(one.id, 0) < limit:
                found.append(Listed(one.id, one.code, one.name, one.division, stratum, tuple(part[one.id])))
    return found


def visits_in(year: int, subject_ids: Sequence[int]) -> dict[int, int]:
    """How often each of these subjects was drawn in that year; those who were not are left out."""
    rows = Visit.objects.filter(drawn__subject_id__in=list(subject_ids), draw__published_at__year=year)
    return dict(rows.values_list("drawn__subject_id").annotate(n=Count("id")))


def candidates(organisations: Sequence[int], *, year: int) -> tuple[list[Candidate], list[tuple[str, str]]]:
    """The inspectors of these organisations who can be drawn, and from whom they withdraw as (number, credit code)."""
    codes = {o.id: o.code for o in accounts.organisations()}
    rows = [r for r in inspectors_of(organisations, year=year) if r.is_active]
    found = [Candidate(r.number, codes[r.organisation_id], r.skills, r.divisions, r.load) for r in rows]
    numbers = {r.id: r.number for r in rows}
    return sorted(found), sorted((numbers[i], code) for i, code, _ in recusals_in_force(list(numbers)))


def inspectors_of(organisations: Sequence[int], *, year: int) -> list[InspectorRow]:
    """The inspectors of these organisations, by number. Index: `inspector_organisation`, `inspector_terms_latest`."""
    rows = list(Inspector.objects.filter(organisation_id__in=list(organisations)).order_by("number"))
    ids = [r.pk for r in rows]
    terms = {
        t.inspector_id: t
        for t in InspectorTerms.objects.filter(inspector_id__in=ids)
        .order_by("inspector_id", "-id")
        .distinct("inspector_id")
    }
    loads = _loads(ids, year)
    recused: dict[int, int] = defaultdict(int)
    for inspector_id, _, _ in recusals_in_force(ids):
        recused[inspector_id] += 1
    return [
        InspectorRow(
            id=r.pk,
            number=r.number,
            name=r.name,
            organisation_id=r.organisation_id,
            user_id=r.user_id,
            skills=tuple(terms[r.pk].skills),
            divisions=tuple(terms[r.pk].divisions),
            is_active=terms[r.pk].is_active,
            load=loads.get(r.pk, 0),
            recusals=recused[r.pk],
        )
        for r in rows
        if r.pk in terms
    ]


def inspector(inspector_id: int, *, organisation_id: int | None, year: int) -> InspectorRow:
    """One inspector of that organisation. Raises `NotFound`."""
    rows = inspectors_of([organisation_id], year=year) if organisation_id is not None else []
    found = next((r for r in rows if r.id == inspector_id), None)
    if found is None:
        raise NotFound
    return found


def recusals_in_force(inspector_ids: Sequence[int]) -> list[tuple[int, str, str]]:
    """From whom these inspectors withdraw now: (inspector, credit code, ground). Index: `recusal_latest`."""
    latest = (
        Recusal.objects.filter(inspector_id__in=list(inspector_ids))
        .order_by("inspector_id", "code", "-id")
        .distinct("inspector_id", "code")
    )
    return [(r.inspector_id, r.code, r.ground) for r in latest if r.is_declared]


def objects_of(matter: str, *, page: int = 1, size: int = 25) -> tuple[list[ObjectRow], int]:
    """One page of the register of a matter and how many stand in it. Index: `inspection_object_once`."""
    entries = _standing(matter)
    return _objects(entries.order_by("subject_id")[(page - 1) * size : page * size]), entries.count()


def all_objects_of(matter: str) -> Iterator[ObjectRow]:
    """The whole register of a matter, read in parts. Index: as there."""
    return all_rows(_standing(matter), "subject_id", told=_objects)


def _standing(matter: str) -> "QuerySet[ObjectEntry]":
    return ObjectEntry.objects.filter(matter=matter, until__isnull=True)


def _objects(entries: Iterable[ObjectEntry]) -> list[ObjectRow]:
    part = {e.subject_id: e for e in entries}
    return [
        ObjectRow(part[b.id].pk, b.code, b.name, b.division, part[b.id].since)
        for b in subjects.active_among(list(part))
    ]


def object_counts() -> dict[str, int]:
    """How many objects stand in the register of each matter. Index: `inspection_object_once`."""
    rows = ObjectEntry.objects.filter(until__isnull=True).values_list("matter")
    return dict(rows.annotate(n=Count("id")))


def inspector_counts() -> dict[int, int]:
    """How many inspectors each organisation has in the register now."""
    latest = InspectorTerms.objects.order_by("inspector_id", "-id").distinct("inspector_id")
    active = [t.inspector_id for t in latest if t.is_active]
    rows = Inspector.objects.filter(pk__in=active).values_list("organisation_id")
    return dict(rows.annotate(n=Count("id")))


def _loads(inspector_ids: Sequence[int], year: int) -> dict[int, int]:
    rows = Assignment.objects.filter(
        Q(replaced_by__isnull=True), inspector_id__in=list(inspector_ids), visit__draw__published_at__year=year
    )
    return dict(rows.values_list("inspector_id").annotate(n=Count("id")))
