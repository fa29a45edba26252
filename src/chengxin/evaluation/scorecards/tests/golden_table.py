"""The hand-computed table of twelve subjects, for the reference interpreter and for every engine."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from chengxin.evaluation.scorecards import loading
from chengxin.evaluation.scorecards.model import Model
from chengxin.evaluation.scorecards.rules import Fact

FOLDER = Path(__file__).parent / "golden"


@dataclass(frozen=True, slots=True)
class Row:
    """A subject of the table: what is known of it, and what was worked out by hand."""

    name: str
    facts: tuple[Fact, ...]
    values: dict[str, int | None]
    points: dict[str, int]
    total: int
    coverage: int
    grade: str | None
    veto: str | None


def model() -> Model:
    return loading.load(FOLDER / "example-1.yaml")


def table() -> tuple[date, tuple[Row, ...]]:
    """The day, and the rows; ids of facts count through the whole table."""
    content: dict[str, Any] = yaml.safe_load((FOLDER / "twelve.yaml").read_text(encoding="utf-8"))
    rows, number = [], 0
    for one in content["subjects"]:
        facts = []
        for raw in one["facts"]:
            number += 1
            facts.append(Fact(id=number, on=raw.pop("day"), **raw))
        rows.append(
            Row(
                one["name"],
                tuple(facts),
                one["values"],
                one["points"],
                one["total"],
                one["coverage"],
                one["grade"],
                one.get("veto"),
            )
        )
    return content["as_of"], tuple(rows)
