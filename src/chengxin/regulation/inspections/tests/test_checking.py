import json
import subprocess
import sys
from copy import deepcopy

import pytest

from chengxin.regulation.inspections import checking, rules
from chengxin.regulation.inspections.checking import Finding
from chengxin.regulation.inspections.models import Draw, Visit
from chengxin.regulation.inspections.queries import draws
from chengxin.regulation.inspections.tests.factories import NOON, drawn

pytestmark = pytest.mark.django_db


def file_of(draw: Draw) -> dict[str, object]:
    return json.loads(json.dumps(draws.draw_file(draw.number, at=NOON)))


def found_in(content: dict[str, object]) -> Finding:
    return checking.check(json.dumps(content)).finding


def swap(content: dict, what: str) -> None:  # type: ignore[type-arg]
    """Change a file as someone would who cheats."""
    last = content["rounds"][-1]
    first, second = content["population"][0], content["population"][1]
    changes = {
        "an object": lambda: first.__setitem__(0, "f" * 64),
        "a stratum": lambda: (first.__setitem__(1, "D"), content["statement"]["population"].update(size=24)),
        "the rule": lambda: content["statement"]["rule"].update(control_per_myriad=0),
        "the population and its hash": lambda: (
            content["population"].remove(second),
            content["statement"]["population"].update(
                size=23, strata={"none": 23},
                sha256=rules.digest(rules.population_as_json(rules.population_of(content["population"]))),
            ),
            content.update(statement_sha256=rules.digest(content["statement"])),
        ),
        "an inspector": lambda: content["inspectors"][0].__setitem__(4, 99),
        "a recusal": lambda: content["recusals"].append(["JC001", first[0]]),
        "a reveal": lambda: last["reveals"][0].update(value="11" * 32),
        "a time": lambda: last["reveals"][0].update(at=NOON.isoformat()),
        "a commitment": lambda: last["commitments"][0].update(commitment="11" * 32),
        "the seed": lambda: content.update(seed="11" * 32),
        "the end": lambda: last.update(ended="void"),
        "who is drawn": content["visits_drawn"].pop,
        "who goes": lambda: content["visits"][0].update(inspectors=["JC001", "JC009"]),
        "the log": content["log"].pop,
        "the order of the log": lambda: content.update(log=content["log"][1:]),
    }  # fmt: skip
    changes[what]()


CHEATS = {
    "an object": Finding.WRONG_POPULATION,
    "a stratum": Finding.WRONG_POPULATION,
    "the rule": Finding.WRONG_STATEMENT,
    "the population and its hash": Finding.WRONG_LOG,
    "an inspector": Finding.WRONG_INSPECTORS,
    "a recusal": Finding.WRONG_INSPECTORS,
    "a reveal": Finding.WRONG_COMMITMENT,
    "a time": Finding.WRONG_COMMITMENT,
    "a commitment": Finding.WRONG_LOG,
    "the seed": Finding.WRONG_LOG,
    "the end": Finding.WRONG_LOG,
    "who is drawn": Finding.WRONG_LOG,
    "who goes": Finding.WRONG_REPLACEMENT,
    "the log": Finding.WRONG_LOG,
    "the order of the log": Finding.WRONG_LOG,
}


def test_whatever_is_changed_in_the_file_is_found():
    kept = file_of(drawn())

    for what, finding in CHEATS.items():
        content = deepcopy(kept)
        swap(content, what)
        assert found_in(content) is finding, what


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "chengxin-draw-1"}', "\x00", "[" * 50_000])
def test_what_is_no_file_of_a_draw_is_called_unreadable(text: str):
    assert checking.check(text).finding is Finding.UNREADABLE


def test_an_object_finds_itself_with_its_salt_and_nobody_without():
    draw = drawn()
    text = json.dumps(file_of(draw))
    one = Visit.objects.first().drawn  # type: ignore[union-attr]

    assert checking.is_mine(text, code=one.code, salt=one.salt) == (one.token, one.visit.part)
    assert checking.is_mine(text, code=one.code, salt="00" * 32) is None


def test_the_command_checks_a_file_without_database_or_settings(tmp_path):  # type: ignore[no-untyped-def]
    path = tmp_path / "DRAW.json"
    path.write_text(json.dumps(file_of(drawn())))
    command = [sys.executable, "-m", "chengxin.project", "draw", "verify"]
    nothing = {"PATH": "", "PYTHONPATH": "src", "CHENGXIN_DATA": "/nowhere", "DATABASE_URL": "postgresql://nowhere/"}

    found, missed = (
        subprocess.run([*command, str(each)], capture_output=True, text=True, env=nothing, check=False)
        for each in (path, tmp_path / "none.json")
    )

    assert found.returncode == 0, found.stderr
    assert "holds: population" in found.stdout
    assert missed.returncode == 2 and missed.stderr.endswith(f"there is no file {tmp_path / 'none.json'}\n")
