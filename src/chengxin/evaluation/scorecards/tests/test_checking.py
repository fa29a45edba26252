from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from chengxin.evaluation.scorecards import checking, loading, profile
from chengxin.evaluation.scorecards.model import Bin, CutOff, Holding, Kind, Measure, Population, Unknown
from chengxin.evaluation.scorecards.tests.factories import BASIS, CONTRACT, SAID, bins, indicator, model, veto

CITY = Path(settings.CITY_FOLDER)


@pytest.fixture(scope="module")
def around():
    return profile.around(CITY)


def said(made, around):
    return [(f.place, f.what) for f in checking.faults(made, around)]


def test_the_models_of_the_city_have_no_faults():
    assert profile.faults(CITY) == []


def test_a_right_model_has_no_faults(around):
    assert said(model(), around) == []


RATE = {"measure": Measure.SHARE, "resource": CONTRACT, "missing_points": 0}
SAME = "the code stands more than once"
BENT = [
    (model(highest=121), "highest", "base and best bins add up to 120, not 121"),
    (model(lowest=79), "lowest", "base and worst bins add up to 80, not 79"),
    (model(cut_offs=(CutOff("A", 90, SAID), CutOff("C", 95, SAID))), "cut_offs C", "cut-offs do not descend"),
    (model(cut_offs=(CutOff("C", 90, SAID),)), "cut_offs C", "the last grade begins at 90, not at the lowest points"),
    (model(approver="nobody"), "approver", "'nobody' is no organisation of the city"),
    (model(kind=Kind.FARM_HOUSEHOLD), "kind", "a farm household is not graded by a model of organisations"),
    (model(kind=Kind.SOLE_TRADER), "kind", "a sole trader is not graded by a model of organisations"),
    (
        model(population=Population(("sole-trader",), (), (), ())),
        "population",
        "'sole-trader' is no kind of subject that is graded",
    ),
    (model(population=Population((), (), (), ())), "population", "does not say which kinds of subjects"),
    (model(indicator(), indicator()), "penalties", SAME),
    (model(indicator(bins=())), "penalties.bins", "there are none"),
    (model(indicator(bins=(Bin(0, None, 1, SAID),))), "penalties.bins 1", "nothing covers values below 0"),
    (model(indicator(bins=(Bin(None, 9, 1, SAID),))), "penalties.bins 1", "nothing covers values from 9 on"),
    (
        model(indicator(bins=(Bin(None, 1, 1, SAID), Bin(2, None, 0, SAID)))),
        "penalties.bins 2",
        "bins overlap, leave a gap or are not in order",
    ),
    (model(indicator(resource="blood")), "penalties.resource", "the catalogue has no item 'blood'"),
    (model(indicator(resource="penalty-person")), "penalties.resource", "'penalty-person' is about natural persons"),
    (model(indicator(where={"NONE": ("x",)})), "penalties.where", "'penalty-organisation' has no field 'NONE'"),
    (model(indicator(where={"CF_CFLB": ("打",)})), "penalties.where", "'打' is no value of CF_CFLB"),
    (model(indicator(where={"CF_CFLB": ("其他",)})), "penalties.where", "'其他' of CF_CFLB may carry free words"),
    (model(indicator(where={"CF_SY": ("x",)})), "penalties.where", "CF_SY holds free text"),
    (model(indicator(where={"CF_FR_ZJHM": ("x",)})), "penalties.where", "CF_FR_ZJHM is sealed or not public"),
    (
        model(indicator(resource="entity-registration", where={"DIVISION": ("450102",)})),
        "penalties.where",
        "DIVISION (行政区划代码) may never count: 注册地",
    ),
    (model(indicator(severity=("grave",))), "penalties.severity", "'grave' is no degree of severity"),
    (model(indicator(window_months=121)), "penalties.window_months", "a window of 121 months"),
    (model(indicator(measure=Measure.SUM)), "penalties.measure", "a sum without a field"),
    (model(indicator(measure=Measure.SUM, field="CF_SY")), "penalties.field", "CF_SY is no number"),
    (model(indicator(field="CF_NR_FK")), "penalties.field", "count adds nothing up"),
    (
        model(indicator(measure=Measure.TREND, window_months=None)),
        "penalties.window_months",
        "a trend without a window",
    ),
    (
        model(indicator(measure=Measure.EXISTENCE, decay_half_life_months=12)),
        "penalties.decay_half_life_months",
        "existence does not fade",
    ),
    (
        model(indicator(measure=Measure.TREND)),
        "penalties.measure",
        "a trend of what can be repaired punishes repair",
    ),
    (model(indicator(missing_points=1)), "penalties.missing_points", "count always has a value"),
    (
        model(indicator(measure=Measure.RECENCY)),
        "penalties.missing_points",
        "recency may have no value",
    ),
    (model(indicator(**RATE)), "penalties.where", "a share of everything is always whole"),
    (
        model(indicator(**RATE | {"missing_points": 30}, where={"PERFORMANCE": ("全部履行",)})),
        "penalties.missing_points",
        "silence would be worth more than the best record",
    ),
    (model(vetoes=(veto(highest_grade="E"),)), "listed.highest_grade", "'E' is no grade of this model"),
    (
        model(vetoes=(veto(legal_basis=replace(BASIS, article="")),)),
        "listed.legal_basis",
        "a veto without law and article",
    ),
    (model(unknown=Unknown((), 500)), "unknown", "does not say when too little is known"),
    (
        model(population=Population(("natural-person",), (), (), ())),
        "population",
        "'natural-person' is no kind of subject that is graded",
    ),
    (
        model(population=Population((), (), (), (Holding("licence-person"),))),
        "population",
        "'licence-person' is about natural persons",
    ),
]


@pytest.mark.parametrize(("made", "place", "what"), BENT, ids=[what for _, _, what in BENT])
def test_each_fault_is_named_with_its_place_and_its_cure(made, place, what, around):
    assert (place, what) in said(made, around)
    assert all(fault.mend for fault in checking.faults(made, around))


def test_a_file_with_faults_of_form_names_the_line_of_each(tmp_path):
    text = (CITY / "evaluation" / "enterprise-1.yaml").read_text(encoding="utf-8")
    path = tmp_path / "enterprise-1.yaml"
    path.write_text(text.replace("measure: trend", "measure: vibe").replace("base_points: 500", "base_points: half"))

    faults = loading.read(path).faults

    lines = path.read_text(encoding="utf-8").splitlines()
    assert [(f.what, lines[f.line - 1].strip()) for f in faults] == [
        ("'base_points' is not of the right kind", "base_points: half"),
        ("'measure' is 'vibe'; allowed are count, existence, recency, share, sum, trend", "measure: vibe"),
    ]


def test_a_fault_of_a_file_stands_on_the_line_of_its_place(tmp_path, around):
    text = (CITY / "evaluation" / "enterprise-1.yaml").read_text(encoding="utf-8")
    path = tmp_path / "enterprise-1.yaml"
    path.write_text(text.replace("field: CF_NR_FK", "field: CF_SY"), encoding="utf-8")
    loaded = loading.read(path)

    (fault,) = checking.faults(loaded.model, around, file=loaded.file, lines=loaded.lines)

    assert "field: CF_SY" in path.read_text(encoding="utf-8").splitlines()[fault.line - 1]
    assert str(fault) == (
        f"enterprise-1.yaml:{fault.line}: fines.field: CF_SY is no number (take a decimal or integer field)"
    )


def test_the_file_bears_code_and_version_in_its_name(tmp_path):
    text = (CITY / "evaluation" / "enterprise-1.yaml").read_text(encoding="utf-8")
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")

    assert [f.what for f in loading.read(tmp_path / "other.yaml").faults] == [
        "code and version ask for the name enterprise-1.yaml"
    ]


def test_the_digest_depends_on_content_alone_and_on_all_of_it():
    other = model(indicator(bins=bins(20, 2, 0, 3, -20)))

    assert model().digest == model().digest
    assert model().digest != other.digest
    assert len(model().digest) == 64


@pytest.mark.parametrize(
    "text", ["", "- 1", "code: [", "code: {a: 1}", "dimensions: 3", "dimensions: [{indicators: x}]"]
)
def test_nothing_that_a_file_may_hold_makes_reading_fall_over(text, tmp_path):
    path = tmp_path / "x-1.yaml"
    path.write_text(text, encoding="utf-8")

    loaded = loading.read(path)

    assert loaded.model is None
    assert loaded.faults
