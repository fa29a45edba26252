"""Reads model files, `cities/<city>/evaluation/<code>-<version>.yaml`, into values, with every fault of form."""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from chengxin.evaluation.scorecards.faults import BrokenModel, Fault
from chengxin.evaluation.scorecards.model import (
    Bin,
    CutOff,
    Dimension,
    Holding,
    Indicator,
    Kind,
    Measure,
    Model,
    Population,
    Repaired,
    Unknown,
    Veto,
    Where,
)
from chengxin.registry.catalogue import located
from chengxin.registry.catalogue.located import Mapping, Sequence
from chengxin.registry.catalogue.reader import Reader
from chengxin.registry.catalogue.reading import legal_bases
from chengxin.registry.catalogue.rules import LegalBasis

FORM = "the form is described in docs/rules/scorecards.md"
MODEL_KEYS = {
    "code", "version", "title", "purpose", "limits", "kind", "population", "legal_basis", "source", "verified",
    "effective_from", "approver", "base_points", "lowest", "highest", "dimensions", "vetoes", "cut_offs", "unknown",
}  # fmt: skip
INDICATOR_KEYS = {
    "code", "title", "measure", "resource", "field", "of_field", "where", "of_where", "severity", "window_months",
    "decay_half_life_months", "repaired", "missing_points", "bins",
}  # fmt: skip
VETO_KEYS = {
    "code", "title", "resource", "where", "severity", "window_months", "repaired", "highest_grade", "legal_basis",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file gave: the model, if its form allows one, where its parts stand, and what is wrong with its form."""

    file: str
    model: Model | None
    faults: tuple[Fault, ...]
    lines: Map[str, int] = field(default_factory=dict)  # place, as faults name it -> line


def load(path: Path) -> Model:
    """The model of a file. Raises `BrokenModel` with all faults of form."""
    loaded = read(path)
    if loaded.model is None:
        raise BrokenModel(list(loaded.faults))
    return loaded.model


def read(path: Path) -> Loaded:
    """The model of a file as far as it can be read, with all faults of form; nothing is raised."""
    city = path.parent.parent
    shown_as = str(path.relative_to(city.parent.parent)) if path.parent.name == "evaluation" else path.name
    content, problems = located.read(path, shown_as)
    reader = _ModelReader(shown_as)
    reader.faults.extend(problems)
    if not problems and not isinstance(content, Mapping):
        reader.fault(1, "the file is not a mapping")
    made = None if reader.faults else reader.model(content)
    if made is not None and path.name != f"{made.name}.yaml":
        reader.fault(content.line_of("code"), f"code and version ask for the name {made.name}.yaml")
    faults = tuple(Fault(f.file, f.line, "", f.message, FORM) for f in reader.faults)
    return Loaded(shown_as, None if faults else made, faults, reader.lines)


class _ModelReader(Reader):
    """Reads one model file, and remembers on which line its parts stand."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.lines: dict[str, int] = {}

    def model(self, raw: Mapping) -> Model:
        self.unknown_keys(raw, MODEL_KEYS)
        for key in MODEL_KEYS:
            self.lines[key] = raw.line_of(key)
        verified = self.need(raw, "verified", bool)
        unknown = self.need(raw, "unknown", Mapping) or Mapping()
        self.unknown_keys(unknown, {"of", "below_per_mille"})
        return Model(
            code=self.text(raw, "code"),
            version=self.whole(raw, "version"),
            title=self.words(raw, "title"),
            purpose=self.words(raw, "purpose"),
            limits=self.words(raw, "limits"),
            kind=self.choice(raw, "kind", Kind, Kind.ORGANISATION),
            population=self.population(raw),
            legal_basis=legal_bases(self, raw),
            source=self.words(raw, "source"),
            verified=bool(verified),
            effective_from=self.need(raw, "effective_from", date) or date.min,
            approver=self.text(raw, "approver"),
            base_points=self.whole(raw, "base_points"),
            lowest=self.whole(raw, "lowest"),
            highest=self.whole(raw, "highest"),
            dimensions=tuple(self.dimension(one) for one in self.mappings(raw, "dimensions")),
            vetoes=tuple(self.veto(one) for one in self.mappings(raw, "vetoes")),
            cut_offs=tuple(self.cut_off(one) for one in self.mappings(raw, "cut_offs")),
            unknown=Unknown(self.texts(unknown, "of"), self.whole(unknown, "below_per_mille")),
        )

    def population(self, raw: Mapping) -> Population:
        found = self.need(raw, "population", Mapping) or Mapping()
        self.unknown_keys(found, {"kinds", "statuses", "divisions", "holding"})
        holding = []
        for one in self.mappings(found, "holding"):
            self.unknown_keys(one, {"resource", "where"})
            holding.append(Holding(self.text(one, "resource"), self.where(one, "where")))
        return Population(
            self.texts(found, "kinds"), self.texts(found, "statuses"), self.texts(found, "divisions"), tuple(holding)
        )

    def dimension(self, raw: Mapping) -> Dimension:
        self.unknown_keys(raw, {"code", "title", "indicators"})
        code = self.text(raw, "code")
        self.lines[code] = raw.line
        return Dimension(
            code, self.words(raw, "title"), tuple(self.indicator(one) for one in self.mappings(raw, "indicators"))
        )

    def indicator(self, raw: Mapping) -> Indicator:
        self.unknown_keys(raw, INDICATOR_KEYS)
        code = self.text(raw, "code")
        self.lines[code] = raw.line
        for key in INDICATOR_KEYS:
            self.lines[f"{code}.{key}"] = raw.line_of(key)
        bins = self.mappings(raw, "bins")
        for number, one in enumerate(bins, start=1):
            self.lines[f"{code}.bins {number}"] = one.line
        return Indicator(
            code=code,
            title=self.words(raw, "title"),
            measure=self.choice(raw, "measure", Measure, Measure.COUNT),
            resource=self.text(raw, "resource"),
            bins=tuple(self.bin(one) for one in bins),
            field=self.maybe(raw, "field", str),
            of_field=self.maybe(raw, "of_field", str),
            where=self.where(raw, "where"),
            of_where=self.where(raw, "of_where"),
            severity=self.texts(raw, "severity"),
            window_months=self.maybe(raw, "window_months", int),
            decay_half_life_months=self.maybe(raw, "decay_half_life_months", int),
            repaired=self.repaired(raw),
            missing_points=self.maybe(raw, "missing_points", int),
        )

    def bin(self, raw: Mapping) -> Bin:
        self.unknown_keys(raw, {"from", "below", "points", "text"})
        start, below = self.maybe(raw, "from", int), self.maybe(raw, "below", int)
        return Bin(start, below, self.whole(raw, "points"), self.words(raw, "text"))

    def veto(self, raw: Mapping) -> Veto:
        self.unknown_keys(raw, VETO_KEYS)
        code = self.text(raw, "code")
        self.lines[code] = raw.line
        for key in VETO_KEYS:
            self.lines[f"{code}.{key}"] = raw.line_of(key)
        return Veto(
            code=code,
            title=self.words(raw, "title"),
            resource=self.text(raw, "resource"),
            highest_grade=self.text(raw, "highest_grade"),
            legal_basis=self.basis(raw),
            where=self.where(raw, "where"),
            severity=self.texts(raw, "severity"),
            window_months=self.maybe(raw, "window_months", int),
            repaired=self.repaired(raw),
        )

    def basis(self, raw: Mapping) -> LegalBasis:
        found = self.need(raw, "legal_basis", Mapping) or Mapping()
        self.unknown_keys(found, {"law", "article", "source", "verified"})
        law, article, source = (self.text(found, key) for key in ("law", "article", "source"))
        return LegalBasis(law, article, source, bool(self.need(found, "verified", bool)))

    def cut_off(self, raw: Mapping) -> CutOff:
        self.unknown_keys(raw, {"grade", "from", "title"})
        grade = self.text(raw, "grade")
        self.lines[f"cut_offs {grade}"] = raw.line
        return CutOff(grade, self.whole(raw, "from"), self.words(raw, "title"))

    def where(self, raw: Mapping, key: str) -> Where:
        found = self.maybe(raw, key, Mapping)
        if found is None:
            return {}
        for one, values in found.items():
            if not isinstance(values, Sequence) or not values:
                self.fault(found.line_of(one), f"{one!r} of {key!r} is a list of texts")
        return {one: self.texts(found, one) for one, values in found.items() if isinstance(values, Sequence)}

    def repaired(self, raw: Mapping) -> Repaired:
        if "repaired" not in raw:
            return Repaired.IGNORE
        return Repaired(self.choice(raw, "repaired", Repaired, Repaired.IGNORE))

    def choice(self, raw: Mapping, key: str, kind: Any, otherwise: Any) -> Any:
        allowed = {one.value for one in kind}
        value = self.one_of(raw, key, allowed)
        return kind(value) if value in allowed else otherwise

    def text(self, raw: Mapping, key: str) -> str:
        return str(self.need(raw, key, str) or "")

    def whole(self, raw: Mapping, key: str) -> int:
        value = self.need(raw, key, int)
        if isinstance(value, bool):
            self.fault(raw.line_of(key), f"{key!r} is not a whole number")
            return 0
        return int(value or 0)
