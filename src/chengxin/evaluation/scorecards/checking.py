"""Checks a model against itself, the collection catalogue and what may never count: every fault with its cure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from chengxin.evaluation.scorecards.faults import Fault
from chengxin.evaluation.scorecards.model import MAY_BE_MISSING, Indicator, Kind, Measure, Model, Veto, Where
from chengxin.registry.catalogue.rules import Field, FieldType, Item, Profile, ProhibitedClass, prohibited_by
from chengxin.registry.records.rules import Severity
from chengxin.registry.subjects.rules import SubjectKind, SubjectStatus

NUMBERS = {FieldType.DECIMAL, FieldType.INTEGER}
LISTED = {FieldType.CODE, FieldType.CODES, FieldType.CREDIT_CODE}
# Neither natural persons nor sole traders (个体工商户), who are persons in business: Civil Code (民法典) art. 54.
KINDS = {k.value for k in SubjectKind if k not in {SubjectKind.NATURAL_PERSON, SubjectKind.SOLE_TRADER}}
PEOPLE = {Kind.FARM_HOUSEHOLD: "farm household", Kind.SOLE_TRADER: "sole trader"}
WITH_FIELD = {Measure.SUM, Measure.SHARE}
LONGEST_WINDOW = 120  # months; so long records are looked at even by models that ask for more


@dataclass(frozen=True, slots=True)
class Around:
    """What a model is checked against."""

    profile: Profile
    forbidden: tuple[ProhibitedClass, ...]  # what may never count: prohibited classes and protected traits
    organisations: frozenset[str]  # codes of those that may approve
    divisions: frozenset[str]


def faults(model: Model, around: Around, *, file: str = "", lines: Mapping[str, int] | None = None) -> list[Fault]:
    """All faults of a model whose form is right; none: it may be tried and put before the approver."""
    known = lines or {}
    found = []
    for place, what, mend in _found(model, around):
        line = next((known[p] for p in (place, place.split(".")[0].split(" ")[0]) if p in known), 1)
        found.append(Fault(file, line, place, what, mend))
    return found


Found = Iterator[tuple[str, str, str]]  # place, what, how to mend


def _found(model: Model, around: Around) -> Found:
    yield from _names(model)
    yield from _points(model)
    yield from _cut_offs(model)
    yield from _population(model, around)
    for indicator in model.indicators:
        yield from _indicator(indicator, around)
    for veto in model.vetoes:
        yield from _veto(veto, model, around)
    for resource in model.unknown.of:
        yield from _resource("unknown", resource, around)
    if not model.unknown.of or not 0 < model.unknown.below_per_mille <= 1000:
        yield "unknown", "does not say when too little is known", "name resources in `of`, and a share of 1 to 1000"
    if model.approver not in around.organisations:
        yield "approver", f"{model.approver!r} is no organisation of the city", "take a code of organisations.csv"


def _names(model: Model) -> Found:
    codes = [d.code for d in model.dimensions] + [i.code for i in model.indicators] + [v.code for v in model.vetoes]
    for code, times in Counter(codes).items():
        if times > 1:
            yield code, "the code stands more than once", "give each dimension, indicator and veto its own code"
    if model.kind in PEOPLE:
        mend = f"{PEOPLE[model.kind]}s are people: write a file of evaluation/persons, which only opens benefits"
        yield "kind", f"a {PEOPLE[model.kind]} is not graded by a model of organisations", mend


def _points(model: Model) -> Found:
    best = model.base_points + sum(d.best for d in model.dimensions)
    worst = model.base_points + sum(d.worst for d in model.dimensions)
    if best != model.highest:
        yield "highest", f"base and best bins add up to {best}, not {model.highest}", f"write {best}, or change points"
    if worst != model.lowest:
        yield "lowest", f"base and worst bins add up to {worst}, not {model.lowest}", f"write {worst}, or change points"
    for dimension in model.dimensions:
        if not dimension.indicators:
            yield dimension.code, "holds no indicator", "add one, or take the dimension out"


def _cut_offs(model: Model) -> Found:
    if not model.cut_offs:
        yield "cut_offs", "there are none", "say from how many points on each grade is given"
        return
    for one, following in pairwise(model.cut_offs):
        if one.start <= following.start:
            yield f"cut_offs {following.grade}", "cut-offs do not descend", "order them from the best grade down"
    grades = [c.grade for c in model.cut_offs]
    if len(set(grades)) != len(grades):
        yield "cut_offs", "a grade stands twice", "give each grade one cut-off"
    last = model.cut_offs[-1]
    if last.start != model.lowest:
        mend = f"begin it at {model.lowest}, so that every number of points has a grade"
        yield f"cut_offs {last.grade}", f"the last grade begins at {last.start}, not at the lowest points", mend
    if model.cut_offs[0].start > model.highest:
        yield f"cut_offs {grades[0]}", "nobody can reach the best grade", f"begin it at {model.highest} or below"


def _population(model: Model, around: Around) -> Found:
    population = model.population
    mend = f"allowed are {', '.join(sorted(KINDS))}: people, and sole traders, are graded by no model"
    if not population.kinds:
        yield "population", "does not say which kinds of subjects", mend
    for one in population.kinds:
        if one not in KINDS:
            yield "population", f"{one!r} is no kind of subject that is graded", mend
    for one in population.statuses:
        if one not in {s.value for s in SubjectStatus}:
            yield "population", f"{one!r} is no state of a subject", "allowed are active, revoked, deregistered"
    for one in population.divisions:
        if one not in around.divisions:
            yield "population", f"{one!r} is no division of the city", "take a code of divisions.csv"
    for holding in population.holding:
        yield from _resource("population", holding.resource, around)
        yield from _where("population", holding.resource, holding.where, around)


def _item(resource: str, around: Around) -> Item | None:
    return next((i for i in around.profile.items if i.code == resource), None)


def _resource(place: str, resource: str, around: Around) -> Found:
    item = _item(resource, around)
    if item is None:
        yield place, f"the catalogue has no item {resource!r}", "take the code of an item of the collection catalogue"
    elif item.subject == "person":
        mend = "take an item about organisations; people are evaluated by evaluation/persons alone"
        yield place, f"{resource!r} is about natural persons", mend
    elif (forbidden := prohibited_by(item.name.zh, around.forbidden)) is not None:
        yield place, f"{resource!r} may never count: {forbidden}", "take it out"


def _field(place: str, resource: str, code: str, around: Around) -> Iterator[Field | tuple[str, str, str]]:
    """The field, or why it can't count."""
    item = _item(resource, around)
    if item is None:
        return
    if (found := item.by_code.get(code)) is None:
        yield place, f"{resource!r} has no field {code!r}", "take the code of a field of that item"
        return
    if found.type is FieldType.SEALED or not found.public:
        yield place, f"{code} is sealed or not public", "take a field that the subject may show to anyone"
    elif (forbidden := prohibited_by(found.name.zh, around.forbidden)) is not None:
        yield place, f"{code} ({found.name.zh}) may never count: {forbidden}", "take it out"
    else:
        yield found


def _where(place: str, resource: str, where: Where, around: Around) -> Found:
    for code, values in where.items():
        for found in _field(place, resource, code, around):
            if not isinstance(found, Field):
                yield found
            elif found.type not in LISTED:
                yield place, f"{code} holds free text", "select by a field with a closed list or by a credit code"
            elif found.code_list:
                yield from _values(place, found, values, around)


def _values(place: str, field: Field, values: tuple[str, ...], around: Around) -> Found:
    listed = around.profile.code_lists[field.code_list or ""]
    for value in values:
        if value not in listed.values:
            yield place, f"{value!r} is no value of {field.code}", f"take values of the list {listed.code}"
        elif value in listed.free_suffix:
            yield place, f"{value!r} of {field.code} may carry free words", "take values that stand by themselves"


def _sum(place: str, resource: str, code: str, around: Around) -> Found:
    for found in _field(place, resource, code, around):
        if not isinstance(found, Field):
            yield found
        elif found.type not in NUMBERS:
            yield place, f"{code} is no number", "take a decimal or integer field"
        elif found.minimum is None or found.minimum < 0:
            yield place, f"{code} may be negative", "take a field whose minimum in the catalogue is 0 or more"


def _severities(place: str, severity: tuple[str, ...]) -> Found:
    for one in severity:
        if one not in {s.value for s in Severity}:
            yield place, f"{one!r} is no degree of severity", "allowed are minor, general, serious"


def _window(place: str, months: int | None) -> Found:
    if months is not None and not 0 < months <= LONGEST_WINDOW:
        yield place, f"a window of {months} months", f"take 1 to {LONGEST_WINDOW} months, or leave it out"


def _indicator(one: Indicator, around: Around) -> Found:
    yield from _resource(f"{one.code}.resource", one.resource, around)
    yield from _where(f"{one.code}.where", one.resource, one.where, around)
    yield from _where(f"{one.code}.of_where", one.resource, one.of_where, around)
    for key, code in (("field", one.field), ("of_field", one.of_field)):
        if code is not None:
            yield from _sum(f"{one.code}.{key}", one.resource, code, around)
    yield from _severities(f"{one.code}.severity", one.severity)
    yield from _window(f"{one.code}.window_months", one.window_months)
    yield from _measure(one)
    yield from _bins(one)
    item = _item(one.resource, around)
    if one.measure is Measure.TREND and item is not None and item.nature == "negative":
        # Repairing an older penalty would make the later ones look like an increase.
        yield f"{one.code}.measure", "a trend of what can be repaired punishes repair", "count it instead"


def _measure(one: Indicator) -> Found:
    place = f"{one.code}.measure"
    if one.measure is Measure.SUM and one.field is None:
        yield place, "a sum without a field", "name the field in `field`"
    if one.field is not None and one.measure not in WITH_FIELD:
        yield f"{one.code}.field", f"{one.measure} adds nothing up", "take `field` out, or make it a sum"
    if one.measure is Measure.SHARE and (one.field is None) != (one.of_field is None):
        yield f"{one.code}.of_field", "a share of sums needs both fields", "name `field` and `of_field`, or neither"
    if one.measure is not Measure.SHARE and (one.of_field is not None or one.of_where):
        yield f"{one.code}.of_where", "only a share has an `of`", "take it out, or make it a share"
    if one.measure is Measure.SHARE and one.field is None and not (one.where or one.severity):
        yield f"{one.code}.where", "a share of everything is always whole", "say in `where` which records are meant"
    if one.measure is Measure.TREND and one.window_months is None:
        yield f"{one.code}.window_months", "a trend without a window", "say how many months are compared"
    yield from _decay(one)
    yield from _missing(one)


def _decay(one: Indicator) -> Found:
    if one.decay_half_life_months is None:
        return
    if one.measure not in {Measure.COUNT, Measure.SUM}:
        mend = "take it out; only a count or a sum fades with age"
        yield f"{one.code}.decay_half_life_months", f"{one.measure} does not fade", mend
    if one.decay_half_life_months <= 0:
        yield f"{one.code}.decay_half_life_months", "is not above 0", "take 1 month or more"
    if one.window_months is None:
        mend = "give it a window, so that what fades also ends"
        yield f"{one.code}.window_months", "decay without a window", mend


def _missing(one: Indicator) -> Found:
    needs = one.measure in MAY_BE_MISSING
    if needs and one.missing_points is None:
        mend = "say how many points are given where nothing is known"
        yield f"{one.code}.missing_points", f"{one.measure} may have no value", mend
    if not needs and one.missing_points is not None:
        yield f"{one.code}.missing_points", f"{one.measure} always has a value", "take it out"
    if needs and one.bins and (one.missing_points or 0) > max(b.points for b in one.bins):
        mend = "give at most what the best bin gives"
        yield f"{one.code}.missing_points", "silence would be worth more than the best record", mend


def _bins(one: Indicator) -> Found:
    if not one.bins:
        yield f"{one.code}.bins", "there are none", "say how many points each range of values gives"
        return
    if one.bins[0].start is not None:
        yield f"{one.code}.bins 1", f"nothing covers values below {one.bins[0].start}", "leave `from` out of the first"
    if one.bins[-1].below is not None:
        number = len(one.bins)
        yield f"{one.code}.bins {number}", f"nothing covers values from {one.bins[-1].below} on", "leave `below` out"
    for number, (left, right) in enumerate(pairwise(one.bins), start=2):
        if left.below is None or right.start is None or left.below != right.start:
            mend = f"begin it where the one before it ends ({left.below})"
            yield f"{one.code}.bins {number}", "bins overlap, leave a gap or are not in order", mend
    for number, each in enumerate(one.bins, start=1):
        if each.start is not None and each.below is not None and each.start >= each.below:
            yield f"{one.code}.bins {number}", "holds no value", "let `from` lie below `below`"


def _veto(veto: Veto, model: Model, around: Around) -> Found:
    yield from _resource(f"{veto.code}.resource", veto.resource, around)
    yield from _where(f"{veto.code}.where", veto.resource, veto.where, around)
    yield from _severities(f"{veto.code}.severity", veto.severity)
    yield from _window(f"{veto.code}.window_months", veto.window_months)
    if not (veto.legal_basis.law and veto.legal_basis.article):
        yield f"{veto.code}.legal_basis", "a veto without law and article", "name both; a veto needs its own basis"
    if veto.highest_grade not in {c.grade for c in model.cut_offs}:
        mend = "take a grade of `cut_offs`"
        yield f"{veto.code}.highest_grade", f"{veto.highest_grade!r} is no grade of this model", mend
