"""Checks all models of a city profile against its catalogue, lists and policy."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml

from chengxin.evaluation.scorecards import checking, loading
from chengxin.evaluation.scorecards.faults import Fault
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue import tables
from chengxin.registry.catalogue.rules import ProhibitedClass


def faults(folder: Path) -> list[Fault]:
    """All faults of the models in `folder/evaluation`, in the order of files and lines."""
    folder = folder.resolve()
    surroundings = around(folder)
    found = [fault for path in sorted((folder / "evaluation").glob("*.yaml")) for fault in _of(path, surroundings)]
    return sorted(found, key=lambda f: (f.file, f.line, f.place))


def _of(path: Path, surroundings: checking.Around) -> list[Fault]:
    loaded = loading.read(path)
    if loaded.model is None:
        return list(loaded.faults)
    return checking.faults(loaded.model, surroundings, file=loaded.file, lines=loaded.lines)


def around(folder: Path) -> checking.Around:
    """What the models of that profile are checked against: all that was ever forbidden stays so."""
    profile, _faults = catalogue.read_profile(folder)
    listed = tables.read(folder)
    return checking.Around(
        profile=profile,
        forbidden=(*profile.prohibited, *_forbidden(folder)),
        organisations=frozenset(listed.organisations),
        divisions=frozenset(listed.divisions),
    )


def _forbidden(folder: Path) -> Iterator[ProhibitedClass]:
    path = folder / "policy" / "evaluation.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    for entry in (content or {}).get("entries", []):
        if entry["code"] == "forbidden-inputs" and isinstance(entry["effective_from"], date):
            for one in entry["values"]["classes"]:
                yield ProhibitedClass(one["name"], tuple(one["words"]), entry["source"])
