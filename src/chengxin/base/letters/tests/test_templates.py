"""The templates of the city profile: complete in both languages, with the same places, and there for each step."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from chengxin.regulation.lists import writing as lists
from chengxin.rights.consent import complaining
from chengxin.rights.disputes import services as disputes
from chengxin.rights.repair import services as repair

POLICY = Path(settings.CITY_FOLDER) / "policy"
TEMPLATES = [
    (path.stem, entry)
    for path in sorted(POLICY.glob("letters-*.yaml"))
    for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["entries"]
]
ROOMS = {
    "disputes": {*disputes.LETTERS.values()},
    "repair": {*repair.LETTERS.values()},
    "consent": {*complaining.LETTERS.values()},
    "lists": {*lists.LETTERS.values(), *lists.BY_CONSENT.values()},
}
PLACE = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize(("kind", "entry"), TEMPLATES, ids=[f"{k}/{e['code']}" for k, e in TEMPLATES])
def test_a_template_says_the_same_in_both_languages(kind, entry):
    values = entry["values"]

    assert set(PLACE.findall(values["body"]["zh"])) == set(PLACE.findall(values["body"]["en"]))
    for text in (values["title"]["zh"], values["title"]["en"]):
        assert 0 < len(text) <= 120
        assert not PLACE.search(text)  # titles go out by e-mail and text message: nothing of the case stands in them


@pytest.mark.parametrize("room", ROOMS)
def test_each_step_with_a_letter_has_its_template(room):
    there = {entry["code"] for kind, entry in TEMPLATES if kind == f"letters-{room}"}

    assert ROOMS[room] == there
