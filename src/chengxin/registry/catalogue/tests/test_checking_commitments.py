"""Each fault of a letter of commitment is named with file and line."""

from pathlib import Path

import pytest

from chengxin.registry.catalogue import checking
from chengxin.registry.catalogue.tests.factories import city_in, replace_in

LETTERS, PROCEDURE = "policy/commitments.yaml", "policy/commitment-procedure.yaml"

# The end of a letter that can be signed, as no version that has ended has it.
IN_FORCE = """due_days: 540, check: {by: data, appears: tax-grade, field: GRADE, any: [A, B]}}
      breach: {zh: 未履行的，记入信用记录并公示, en: "Where it is not kept, the breach is recorded and shown"}
      rectification: true
      second_factor: true"""


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (LETTERS, "kind: 审批替代型", "kind: 保证型", "no value of commitment-kind"),
        (LETTERS, 'authority: "1145010000755003XC"', 'authority: "1145010000755003X0"', "no organisation"),
        (LETTERS, "subjects: [person]", "subjects: [minor]", "'subjects' is a list"),
        (LETTERS, "term_months: 24", "term_months: 0", "number of months"),
        (LETTERS, "due_days: 60", "due_days: soon", "number of days"),
        (LETTERS, "code: site-checked", "code: licence-obtained", "a code of its own"),
        (LETTERS, "appears: licence-organisation", "appears: licence-person", "no catalogue item of organisations"),
        (LETTERS, "field: XK_XKZS", "field: XK_NOTHING", "has no field"),
        (LETTERS, "any: [A, B]", "any: [A, Z]", "'Z' is no value of GRADE"),
        (LETTERS, "check: {by: department}", "check: {by: nobody}", "a check is by department"),
        (LETTERS, "persons: with-consent}", "persons: published}", "with-consent"),
        (LETTERS, "second_factor: true", "second_factor: maybe", "true or false"),
        (LETTERS, IN_FORCE, IN_FORCE.replace("factor: true", "factor: false"), "asks for the second factor"),
        (LETTERS, "      item_code: NN-SP-001\n", "", "'item_code' is missing"),
        (LETTERS, "kind: 行业自律型", 'kind: 行业自律型\n      authority: "1145010000755003XC"', "names no authority"),
        (LETTERS, 'department: "11450100007550013R"', "department: nobody", "no organisation"),
        (LETTERS, "reference: {zh: 许可申请受理编号", "reference: {cn: 许可申请受理编号", "'reference' is a text"),
        (
            LETTERS,
            "item: penalty-organisation}\n      subjects",
            "item: penalty}\n      subjects",
            "with a document number",
        ),
        (PROCEDURE, "days: 120", "days: 0", "'days' is a number of days"),
        (LETTERS, "mentions: {field: CF_YJ", "mentions: {field: CF_NOTHING", "has no field 'CF_NOTHING'"),
        (LETTERS, "mentions: {field: CF_YJ", "mentions: {fields: CF_YJ", "'mentions' names a field"),
        (LETTERS, 'authorities: ["11450100007550013R"]', "authorities: [nobody]", "'nobody' is no organisation"),
        (LETTERS, IN_FORCE, IN_FORCE.replace("days: 540", "days: 545"), "the term of 18 months may be over"),
        (PROCEDURE, "defence: 5", "defence: 0", "number of working days"),
        (PROCEDURE, "defence: 5", "defense: 5", "missing or no step"),
        (PROCEDURE, "days_before: 7", "days_before: soon", "number of days"),
        (PROCEDURE, "opinion: 5", "opinion: soon", "numbers of working days"),
        (PROCEDURE, "kinds: [审批替代型, 证明事项型]", "kinds: [审批型]", "values of commitment-kind"),
        (PROCEDURE, "measure: no-commitment-licences", "measure: bar", "catalogue of measures does not hold"),
        (PROCEDURE, "      found-unrecorded:", "      found-otherwise:", "'found-unrecorded' is a text"),
    ],
)
def test_each_kind_of_fault_is_found_in_its_file(tmp_path: Path, file: str, old: str, new: str, message: str):
    city = city_in(tmp_path)
    replace_in(city / file, old, new)

    found = checking.faults(city)

    assert any(message in f.message and f.file.endswith(file) for f in found), list(map(str, found))


def test_a_fault_names_the_line_on_which_it_stands(tmp_path: Path):
    city = city_in(tmp_path)
    line = replace_in(city / LETTERS, "term_months: 24", "term_months: none")

    assert line in {f.line for f in checking.faults(city)}


def test_what_an_authority_decided_no_other_is_told_to_withdraw(tmp_path: Path):
    city = city_in(tmp_path)
    text = (city / LETTERS).read_text(encoding="utf-8")
    before, _, now = text.rpartition("task: withdraw-licence")
    mistaken = now.replace('department: "1145010000755003XC"', 'department: "11450100007551112K"', 1)
    (city / LETTERS).write_text(f"{before}task: withdraw-licence{mistaken}", encoding="utf-8")

    found = [f.message for f in checking.faults(city)]

    assert found == ["'withdraw-licence' is for the authority that decided"]


def test_a_finding_that_does_not_fit_into_the_time_after_the_term_is_a_fault_of_its_letter(tmp_path: Path):
    city = city_in(tmp_path)
    replace_in(city / PROCEDURE, "days: 120", "days: 60")

    found = [f for f in checking.faults(city) if "does not fit into the time after the term" in f.message]

    assert found
    assert all(f.file.endswith(LETTERS) for f in found)
