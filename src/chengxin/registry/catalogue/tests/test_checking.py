import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengxin.base.policy import city_folder
from chengxin.registry.accounts.models import Organisation
from chengxin.registry.catalogue import checking, tables
from chengxin.registry.catalogue.tests.factories import city_in, replace_in

PENALTY = "catalogue/penalty-organisation.yaml"
PERSON = "catalogue/penalty-person.yaml"
REGISTRATION = "catalogue/entity-registration.yaml"
ARREARS = "catalogue/arrears.yaml"
LISTS = "catalogue-lists/code-lists.yaml"
PROHIBITED = "catalogue-lists/prohibited.yaml"
PUBLICITY = "policy/publicity.yaml"
SEVERITY = "policy/severity.yaml"
DAYS = "policy/working-days.yaml"
LISTINGS = "policy/lists.yaml"
OF_PERSONS = "subjects: [person]\n      audience: public\n      persons_published: true"
ORGANISATIONS = "organisations.csv"
WSH = 'en: "Number of the penalty decision"}, type: text, max_length: 128'
TITLES = 'titles: ["处罚决定书文号"]'

BROKEN = [
    # what the file says, what it is made to say, what the check says of that line
    (PENALTY, "code: penalty-organisation", "code: [penalty", "not readable as YAML"),
    (PENALTY, "version: 1", "version: 1\nversion: 2", "'version' stands twice"),
    (PENALTY, "nature: negative", "nature: bad", "'nature' is 'bad'"),
    (PENALTY, "version: 1", "version: one", "'version' is not of the right kind"),
    (PENALTY, "effective_from: 2021-10-18", "effective_from: 2021-13-45", "month must be in 1..12"),
    (PENALTY, "retention:", "retaining:", "unknown key 'retaining'"),
    (PENALTY, "category: penalty", "category: penalties", "is no category"),
    (PENALTY, "code: penalty-organisation", "code: penalties", "is not the name of the file"),
    (PENALTY, "rule: penalty}", "rule: forever}", "has no rule 'forever'"),
    (PENALTY, 'en: "Name of the party"', 'en: ""', "'name' has no 'en'"),
    (PENALTY, "type: uscc", "type: usc", "'type' is 'usc'"),
    (PENALTY, "code_list: penalty-kind", "code_list: penalties", "names the code list 'penalties'"),
    (PENALTY, "type: text, max_length: 200, required: true", "type: text, required: true", "has no max_length"),
    (PENALTY, "max_length: 16", "max_length: 3", "too short for its own code list"),
    (PENALTY, "max_length: 16", "max_length: many", "'max_length' is not of the right kind"),
    (PENALTY, "digits: 18, decimals: 6", "digits: 18", "needs digits and decimals"),
    (PENALTY, "minimum: 0", "minimum: none", "'minimum' is not a number"),
    (PENALTY, WSH, WSH + ", pattern: '(', pattern_hint: {zh: 甲, en: a}", "does not compile"),
    (PENALTY, WSH, WSH + ", pattern: '.'", "has a pattern without a hint"),
    (PENALTY, WSH, WSH + ", not_future: true", "neither earliest nor not_future"),
    (PENALTY, WSH, WSH + ", width: 3", "unknown key 'width'"),
    (PENALTY, TITLES, 'titles: ["指纹编号"]', "falls in the forbidden class 指纹"),
    (PENALTY, TITLES, 'titles: ["备注"]', "stands for two fields"),
    (PENALTY, TITLES, 'titles: ["序号"]', "is one that is passed over"),
    (PENALTY, '{zh: "法人行政处罚信息"', '{zh: "法人信访信息"', "falls in the forbidden class 信访"),
    (PENALTY, "natural_key: [CF_XDR_SHXYM", "natural_key: [CF_XDR_CODE", "'CF_XDR_CODE' is named but not declared"),
    (PENALTY, "natural_key: [CF_XDR_SHXYM", "natural_key: [BZ", "must be required"),
    (PENALTY, "natural_key: [CF_XDR_SHXYM, CF_WSH, CF_CFJGDM]", "natural_key: []", "the natural key is empty"),
    (PENALTY, "decided_on: CF_JDRQ", "decided_on: CF_WSH", "which is no date"),
    (PENALTY, "source_code: CF_SJLYDM", "source_code: CF_SJLY", "is no unified social credit code"),
    (PENALTY, "subject_code: CF_XDR_SHXYM", "subject_number: CF_XDR_SHXYM", "unknown key 'subject_number'"),
    (PENALTY, "- together: [CF_FR_ZJLX, CF_FR_ZJHM]", "- never: [CF_FR_ZJLX]", "a rule is one of"),
    (PENALTY, 'any: ["罚款"]', 'any: ["罚金"]', "names '罚金'"),
    (PENALTY, "not_before: {field: CF_YXQ", "not_before: {field: CF_WSH", "'not_before' names CF_WSH"),
    (PENALTY, "not_before: {field: CF_YXQ, other", "not_before: {field: CF_YXQ, others", "unknown key 'others'"),
    (PENALTY, "fields:\n", "fields:\n  - here\n", "an entry of 'fields' is not a mapping"),
    (PENALTY, "verified: false}", "verified: perhaps}", "'verified' is not of the right kind"),
    (PERSON, "{item: penalty-organisation, from", "{item: penalty-organisations, from", "do not exist"),
    (PERSON, "attribute: authorised", "attribute: shared", "natural persons need consent or a law"),
    (PERSON, "rule: person", "rule: penalty", "the rule 'penalty' makes it so"),
    (PERSON, "type: sealed", "type: text", "must be sealed"),
    (ARREARS, '"11450100007551112K"', '"114501000075511120"', "is no organisation"),
    (ARREARS, "{class: departments, with: [", "{class: departments, without: [", "unknown key 'without'"),
    (REGISTRATION, '{"存续": active', '{"在业": active', "has no meaning, or is no value of it"),
    (REGISTRATION, '"吊销": revoked', '"吊销": gone', "'gone' is none of"),
    (LISTS, '"普通": "Ordinary"', '"普通": ""', "'普通' of 'values' has no text"),
    (LISTS, '{zh: "有效", en: "Valid"}', '{zh: "有效"}', "'1' has no 'en'"),
    (LISTS, '"暂扣执照": "暂扣许可证件"', '"暂扣执照": "暂扣证件"', "which the list does not hold"),
    (LISTS, "code: tax-grade", "code: honour-level", "stands twice"),
    (LISTS, '"450181": {', '"450127": {', "stands in one of them only"),
    (PROHIBITED, "words: [血型]", "word: [血型]", "unknown key 'word'"),
    (PUBLICITY, "effective_from: 1949-10-01", "effective_since: 1949-10-01", "unknown key 'effective_since'"),
    (PUBLICITY, "effective_until: 2023-05-01", "effective_until: 2023-04-01", "its next entry begins on 2023-05-01"),
    (PUBLICITY, "verified: false", "verified: 1", "'verified' is missing or not of the right kind"),
    (PUBLICITY, "    source: 行政许可和行政处罚", "    origin: 行政许可和行政处罚", "'source' is missing"),
    (PUBLICITY, "kind: while-valid", "kind: while-nice", "'kind' is 'while-nice'"),
    (PUBLICITY, "{field: CHECKED_ON, months: 12", "{field: CHECKED_ON, months: 0", "'no_sooner' names a field"),
    (PUBLICITY, "field: CHECKED_ON", "field: EVIDENCE", "no date of commitment"),
    (PUBLICITY, "any: [全部履行, ", "any: [履行了, ", "which is no value of PERFORMANCE"),
    (PUBLICITY, "otherwise: authorised", "otherwise: public", "'otherwise' is one of"),
    (PUBLICITY, "months: 36, otherwise", "months: 0, otherwise", "no number of months"),
    (PUBLICITY, "minimum_months: 3}", "minimum_months: 30}", "a minimum above them"),
    (PUBLICITY, 'any: ["2"]', 'any: ["9"]', "which is no value of XK_ZT"),
    (PUBLICITY, "field: GRADE", "field: GRADES", "which tax-grade does not have"),
    (SEVERITY, "        警告: minor\n", "", "警告 stands in the list or in the policy, not in both"),
    (SEVERITY, "警告: minor", "警告: small", "警告 is one of"),
    (SEVERITY, "CF_NR_WFFF]", "CF_NR_WF]", "'CF_NR_WF'"),
    (SEVERITY, "fixed: serious", "fixed: grave", "'fixed' is one of"),
    (DAYS, "entries:", "entry:", "holds no list 'entries'"),
    (DAYS, "year: 2025", "year: 2024", "'year' is the year that begins with 'effective_from'"),
    (DAYS, "year: 2025", "year: 0", "'year' is the year that begins with 'effective_from'"),
    (DAYS, "make_up: [2025-01-26", "makeup: [2025-01-26", "unknown key 'makeup'"),
    (DAYS, "make_up: [2025-01-26", "make_up: [2025-01-27", "2025-01-27 is a weekday"),
    (DAYS, "make_up: [2025-01-26", "make_up: [2025-02-02", "2025-02-02 is announced as a holiday and as a working day"),
    (DAYS, "make_up: [2025-01-26", "make_up: [soon", "'make_up' is a list of days"),
    (DAYS, "last: 2025-02-04", "last: 2025-01-04", "a holiday has a name, a first and a last day"),
    (DAYS, "last: 2025-02-04", "last: 2025-04-04", "清明节 begins before 春节 ends"),
    (LISTINGS, "level: law}", "level: lore}", "the level 'lore' is none of"),
    (LISTINGS, "level: administrative-regulation}", "level: city-document}", "no basis of a level that permits a list"),
    (
        LISTINGS,
        "level: administrative-regulation}",
        "level: ministry-rule}",
        "no basis of a level that permits a list",
    ),
    (LISTINGS, "      closed: true\n", "", "no basis of a level that permits a list"),
    (LISTINGS, "      closed: true\n", "      open: false\n", "unknown key 'open'"),
    (LISTINGS, '["11450100007551163U"]', '["11450100007551163A"]', "is no organisation of this city"),
    (LISTINGS, "side: restrict", "side: black", "'side' is one of"),
    (LISTINGS, "exits: [term, performance", "exits: [never, performance", "'exits' holds some of"),
    (LISTINGS, "{months: 24, least: 24, most: 60}", "{months: 72, least: 24, most: 60}", "in this order"),
    (LISTINGS, "defence_working_days: 5", "defence_working_days: 0", "a number of days above 0"),
    (LISTINGS, "early_after: 12", "early_after: soon", "a number of months"),
    (LISTINGS, "      consent: true\n", "", "'consent' is true where a list honours natural persons"),
    (LISTINGS, OF_PERSONS, OF_PERSONS.replace("person]", "person, organisation]"), "natural persons alone"),
    (LISTINGS, "correction, consent]", "correction]", "the exit 'consent' belongs to a list by consent"),
    (LISTINGS, "persons_published: false", "persons_published: masked", "is true or false"),
    (LISTINGS, "{item: tax-grade, any_of: {GRADE: [A]}}", "{item: penalty-person}", "is no item about those who stand"),
    (LISTINGS, "{item: judgment-defaulter}", "{item: judgment-defaulter, when: now}", "unknown key 'when'"),
    (LISTINGS, "any_of: {GRADE: [A]}", "any_of: {GRADE: [AA]}", "which is no value of GRADE"),
    (LISTINGS, "any_of: {GRADE: [A]}", "any_of: {MARK: [A]}", "which tax-grade does not have"),
    (LISTINGS, "any_of: {GRADE: [A]}", "any_of: {GRADE: A}", "a condition gives fields and lists"),
    (LISTINGS, "name: {zh: 失信被执行人名单, en: Judgment defaulters}", "name: 失信被执行人", "is given in zh and en"),
    (LISTINGS, "      hearing: none\n", "", "'hearing' is missing"),
    ("divisions.csv", "450102,", "450103,", "stands already on line"),
    (ORGANISATIONS, "code,code_is_generated", "code,generated", "the columns are not"),
    (ORGANISATIONS, "11450100007550013R", "11450100007550013A", "is no unified social credit code"),
    (ORGANISATIONS, "3,true,南宁市中级人民法院", "3,yes,南宁市中级人民法院", "code_is_generated is true or false"),
    (ORGANISATIONS, "Nanning Bureau of Justice", "", "name_en is empty"),
    (ORGANISATIONS, ",court,450100,", ",tribunal,450100,", "kind 'tribunal' is none of"),
    (ORGANISATIONS, ",court,450100,", ",court,450199,", "does not stand in divisions.csv"),
    (ORGANISATIONS, "court,450100,11450100007551016A", "court,450100,114501000075510913", "is above itself"),
    (ORGANISATIONS, "court,450100,11450100007551016A", "court,450100,X", "is no organisation of this table"),
    (ORGANISATIONS, "court,450100,", "court,450100,a,", "has 8 values instead of 7"),
]


def test_the_city_profile_has_no_faults():
    assert checking.faults(city_folder()) == []


@pytest.mark.parametrize(("file", "old", "new", "message"), BROKEN)
def test_each_kind_of_fault_is_found_in_its_file(tmp_path, file, old, new, message):
    city = city_in(tmp_path)
    replace_in(city / file, old, new)

    found = [f for f in checking.faults(city) if message in f.message]

    assert found, [str(f) for f in checking.faults(city)]
    assert file in found[0].file or "and" in found[0].file


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (PENALTY, "nature: negative", "nature: bad"),
        (PENALTY, "category: penalty", "category: penalties"),
        (PENALTY, "{code: CF_XDR_SHXYM, name", "{code: CF_XDR_SHXYM, names"),
        (PENALTY, "{code: CF_NR_ZKDX", "{width: 1, code: CF_NR_ZKDX"),
        (PUBLICITY, "verified: false", "verified: 1"),
        (ORGANISATIONS, "11450100007550013R", "11450100007550013A"),
    ],
)
def test_a_fault_names_the_line_on_which_it_stands(tmp_path, file, old, new):
    city = city_in(tmp_path)
    line = replace_in(city / file, old, new)

    assert (f"cities/nanning/{file}", line) in [(f.file, f.line) for f in checking.faults(city)]


def test_a_missing_file_is_a_fault_and_nothing_else_is_said(tmp_path):
    city = city_in(tmp_path)
    (city / SEVERITY).unlink()

    assert [str(f) for f in checking.faults(city)] == [f"cities/nanning/{SEVERITY}:1: is missing"]


def test_what_is_not_verified_is_no_fault_but_is_listed():
    waiting = checking.unverified(city_folder())

    assert any(w.file == "policy/publicity.yaml" and "penalty@2026-04-01" in w.what for w in waiting)


def test_kinds_of_organisation_are_those_of_the_database():
    assert set(Organisation.Kind.values) == tables.ORGANISATION_KINDS


junk = st.sampled_from([None, "", "甲", 0, -1, True, [], ["甲"], [[]], {}, {"code": "甲"}, {"甲": None}, 1.5])


def paths_of(tree: object, here: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [p for key, child in children for p in [(*here, key), *paths_of(child, (*here, key))]]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_broken_value_anywhere_makes_the_check_itself_fail(tmp_path_factory, data):
    city = city_in(tmp_path_factory.mktemp("city"))
    file = city / data.draw(
        st.sampled_from([PENALTY, PERSON, REGISTRATION, LISTS, PROHIBITED, PUBLICITY, SEVERITY, DAYS, LISTINGS])
    )
    tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    *way, last = data.draw(st.sampled_from(paths_of(tree)))
    holder = tree
    for step in way:
        holder = holder[step]
    holder[last] = data.draw(junk)
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")

    assert all(f.line >= 1 and f.message for f in checking.faults(city))
