"""A fault of the catalogue of measures or of the checks catalogue is told with file and line."""

from pathlib import Path

import pytest

from chengxin.registry.catalogue import checking
from chengxin.registry.catalogue.tests.factories import city_in, replace_in

MEASURES, CHECKS = "policy/measures.yaml", "policy/checks.yaml"
BROKEN = [
    (MEASURES, "class: 1", "class: 3", "a restriction of class 3 is one of"),
    (MEASURES, "class: 0", "class: 1", "a reward is of class 0"),
    (MEASURES, "effect: restriction", "effect: punishment", "'effect' is restriction or reward"),
    (MEASURES, "kind: market-entry", "kind: shaming", "a restriction of class 1 is one of"),
    (MEASURES, "lists: [judgment-defaulter", "lists: [grade-d", "names the list 'grade-d'"),
    (MEASURES, "lists: [judgment-defaulter", "lists: [tax-grade-a", "tax-grade-a is of the other side"),
    (MEASURES, "- lists: [judgment-defaulter", "- list: [judgment-defaulter", "unknown key 'list'"),
    (
        MEASURES,
        "lists: [military-service], months: 24",
        "lists: [military-service], months: two",
        "'months' is a number",
    ),
    (MEASURES, "item: penalty-organisation", "item: score", "names the item 'score'"),
    (MEASURES, "item: penalty-organisation", "item: penalty-person", "is about natural persons"),
    (
        MEASURES,
        "          served_by: 《中华人民共和国行政处罚法》第六十一条\n",
        "",
        "only with served_by, served_within and months",
    ),
    (MEASURES, "item: honour, field: LEVEL", "item: honour, severity: awful, field: LEVEL", "'severity' is one of"),
    (
        MEASURES,
        "          field: CF_CFLB\n          any: [责令停产停业, 吊销许可证件]\n",
        "          severity: serious\n",
        "a restriction names the values or amounts of its own law",
    ),
    (MEASURES, "served_within: {working_days: 7, days: 30}", "served_within: 7", "'served_within' is given in"),
    (
        MEASURES,
        "          served_within:",
        "          served_on: CF_NR\n          served_within:",
        "names 'CF_NR', which is no date",
    ),
    (MEASURES, "fields: [CF_NR_FK], at_least", "fields: [CF_NR], at_least", "names 'CF_NR', which is no amount"),
    (MEASURES, 'at_least: "200"', "at_least: 200", "an amount names fields and at_least"),
    (MEASURES, "field: LEVEL", "field: GRADE", "names the field 'GRADE'"),
    (MEASURES, "any: [国家级", "any: [天级", "names '天级'"),
    (MEASURES, "also: {COMMITMENT_KIND: [", "also: {COMMITMENT_SORT: [", "names the field 'COMMITMENT_SORT'"),
    (MEASURES, "also: {COMMITMENT_KIND: [审批替代型", "also: {COMMITMENT_KIND: [审批型", "names '审批型'"),
    (
        MEASURES,
        "also: {COMMITMENT_KIND: [审批替代型, 证明事项型]}",
        "also: [审批替代型]",
        "'also' gives fields and lists",
    ),
    (
        MEASURES,
        "dated_by: CHECKED_ON",
        "dated_by: EVIDENCE",
        "'dated_by' names no field of commitment that holds a day",
    ),
    (MEASURES, "decided_from: 2026-11-27", "decided_from: soon", "'decided_from' is a day"),
    (MEASURES, "targets: [organisation]", "targets: [family]", "'targets' is some of"),
    (MEASURES, 'executors: ["12450100007551198B"', 'executors: ["nobody"', "names 'nobody'"),
    (MEASURES, "article: 第四十八条, verified: false", "verified: false", "a basis names law, article and verified"),
    (MEASURES, "discretion: false", "discretion: maybe", "'discretion' is true or false"),
    (MEASURES, "      feedback: required", "      feedback: whenever", "'feedback' is required or optional"),
    (MEASURES, "origin: national", "origin: moon", "'origin' is national or city"),
    (MEASURES, "      does: {zh:", "      done: {zh:", "'does' is given in Chinese and English"),
    (CHECKS, "measures: [bar-from-bidding", "measures: [flogging", "names the measure 'flogging'"),
    (CHECKS, "measures: [bar-from-bidding", "measures: [credit-granting", "no public body may order it"),
    (CHECKS, "subjects: [organisation]", "subjects: [family]", "'subjects' is some of"),
    (CHECKS, 'departments: ["12450100007551198B"', 'departments: ["nobody"', "names 'nobody'"),
    (
        CHECKS,
        "measures: [bar-from-land, land-deposit]",
        "measures: [bar-from-bidding]",
        "11450100007551139B executes none",
    ),
    (CHECKS, "measures: [bar-from-land,", "measures: [limit-schooling,", "limit-schooling is executed by none"),
    (CHECKS, "      purpose: {zh:", "      reason: {zh:", "'purpose' is given in Chinese and English"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), BROKEN, ids=[said for *_, said in BROKEN])
def test_a_fault_is_told_with_file_and_line(tmp_path: Path, file: str, old: str, new: str, said: str):
    folder = city_in(tmp_path)
    replace_in(folder / file, old, new)
    found = [fault for fault in checking.faults(folder) if said in fault.message]

    assert found
    assert all(fault.file == f"cities/nanning/{file}" and fault.line > 1 for fault in found)
