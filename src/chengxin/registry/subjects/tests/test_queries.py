import json
from datetime import date, timedelta

import pytest

from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects import queries, services
from chengxin.registry.subjects.lookup import subject_json
from chengxin.registry.subjects.models import Identifier
from chengxin.registry.subjects.tests.factories import TODAY, code, companies, company, registered

pytestmark = pytest.mark.django_db


def names(text: str, **asked: object) -> list[str]:
    return [s.name for s in queries.search(text, on=TODAY, **asked).items]


@pytest.fixture
def commonplace(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a city where 有限, 限公 and 公司 stand in very many names."""
    monkeypatch.setattr(queries, "_common_pairs", lambda on: frozenset({"有限", "限公", "公司"}))


@pytest.mark.parametrize("part", ["桂香", "香园", "南宁桂香园", "园餐饮（", "桂 香", "桂香园餐饮(虚构)有限公司"])
def test_a_subject_is_found_by_any_part_of_its_name(part):
    companies("南宁桂香园餐饮（虚构）有限公司", "南宁稻香村餐饮（虚构）有限公司")

    assert names(part) == ["南宁桂香园餐饮（虚构）有限公司"]


@pytest.mark.parametrize("part", ["", "桂", " ", "香桂", "桂香村", "%%", "__", "桂_", "'", "\\\\", "& |"])
def test_what_stands_in_no_name_finds_nobody(part):
    companies("南宁桂香园餐饮（虚构）有限公司", "南宁稻香村餐饮（虚构）有限公司")

    assert names(part) == []


@pytest.mark.parametrize("name", ["虚构O'Neil商行", "虚构\\商行", "虚构100%商行", "虚构A_B商行"])
def test_a_name_with_signs_that_queries_use_is_found_by_them(name):
    companies(name, "虚构普通商行")

    assert names(name[2:-1]) == [name]


def test_whole_names_stand_first_then_beginnings_then_shorter_ones():
    companies("广西南宁江南虚构商贸", "江南虚构商贸有限公司", "江南虚构", "老江南虚构商行")

    assert names("江南虚构") == ["江南虚构", "江南虚构商贸有限公司", "老江南虚构商行", "广西南宁江南虚构商贸"]


def test_a_former_name_leads_to_the_present_one_and_is_told():
    (id,) = companies("南宁旧字号虚构商行")
    services.take_register([registered(id, "南宁新字号虚构商行")], on=date(2026, 3, 1))

    (found,) = queries.search("旧字号", on=TODAY).items

    assert (found.name, found.former_name) == ("南宁新字号虚构商行", "南宁旧字号虚构商行")
    assert queries.search("新字号", on=TODAY).items[0].former_name == ""


def test_a_subject_found_by_present_and_former_name_is_counted_once():
    (id,) = companies("南宁虚构甲商行")
    services.take_register([registered(id, "南宁虚构乙商行")], on=date(2026, 3, 1))

    found = queries.search("南宁虚构", on=TODAY)

    assert (found.total, found.total_is_exact, found.items[0].former_name) == (1, True, "")


@pytest.mark.parametrize("length", [4, 8, 17, 18])
def test_a_subject_is_found_by_the_beginning_of_its_code(length):
    companies("南宁虚构甲商行", "南宁虚构乙商行")

    assert "南宁虚构乙商行" in names(code(2)[:length].lower())
    assert names(code(2)) == ["南宁虚构乙商行"]


def test_a_subject_is_found_by_its_former_code():
    (id,) = companies("南宁虚构甲商行")
    Identifier.objects.create(
        subject_id=id, scheme="unified-social-credit-code", value=code(7), valid_until=date(2026, 1, 1)
    )

    assert names(code(7)) == ["南宁虚构甲商行"]
    detail = queries.by_code(code(7), on=TODAY)
    assert detail is not None and (detail.code, detail.identifiers) == (code(1), ())


def test_only_the_asked_kind_is_found():
    company("南宁虚构商行", 1, category="92")
    company("南宁虚构公司", 2)

    assert names("南宁虚构", kind="sole-trader") == ["南宁虚构商行"]
    assert names("南宁虚构", kind="other-organisation") == []


def test_a_rare_kind_is_found_behind_many_of_another(monkeypatch):
    monkeypatch.setattr(queries, "CANDIDATES", 3)
    companies(*(f"南宁虚构{n}公司" for n in range(1, 9)))
    company("南宁虚构商行", 9, category="92")

    assert names("南宁虚构", kind="sole-trader") == ["南宁虚构商行"]


def test_pages_follow_each_other_without_gap_or_repeat():
    companies(*(f"南宁虚构{n:02d}商行" for n in range(1, 8)))

    pages = [queries.search("虚构", on=TODAY, page=n, size=3) for n in (1, 2, 3)]

    assert [s.name for p in pages for s in p.items] == [f"南宁虚构{n:02d}商行" for n in range(1, 8)]
    assert [(p.total, p.has_next) for p in pages] == [(7, True), (7, True), (7, False)]


def test_a_total_is_called_inexact_once_only_some_names_were_looked_at(monkeypatch):
    companies(*(f"虚构{n}南宁商行" for n in range(1, 6)))
    assert queries.search("南宁商行", on=TODAY).total_is_exact

    monkeypatch.setattr(queries, "CANDIDATES", 4)
    found = queries.search("南宁商行", on=TODAY)

    assert (found.total, found.total_is_exact) == (4, False)


@pytest.mark.usefixtures("commonplace")
@pytest.mark.parametrize("candidates", [1, 100])
def test_common_parts_are_found_at_a_glance_and_by_the_index_alike(monkeypatch, candidates):
    monkeypatch.setattr(queries, "CANDIDATES", candidates)
    companies("南宁虚构有限公司", "南宁虚构商行")

    assert names("有限公司") == ["南宁虚构有限公司"]
    assert names("公司") == ["南宁虚构有限公司"]


@pytest.mark.usefixtures("commonplace")
def test_a_part_is_looked_up_by_its_telling_pairs_and_checked_as_a_whole():
    companies("南宁桂香有限公司", "桂香南宁有限公司", "南宁桂香公司有限")

    assert names("桂香有限公司") == ["南宁桂香有限公司"]


def test_suggestions_are_the_first_of_what_a_search_finds():
    companies(*(f"南宁虚构{n:02d}商行" for n in range(1, 12)))

    assert queries.suggest("虚构", on=TODAY) == queries.search("虚构", on=TODAY, size=8).items


def test_a_subject_outside_the_register_without_public_records_leaves_no_trace():
    company("南宁虚构商行", 1, registered=False)
    company("南宁虚构商店", 2)

    found = queries.search("南宁虚构", on=TODAY)

    assert ([s.name for s in found.items], found.total) == (["南宁虚构商店"], 1)
    assert names(code(1)) == []
    assert queries.by_code(code(1), on=TODAY) is None
    assert subject_json(code(1), on=TODAY) is None


def test_a_subject_outside_the_register_is_seen_for_as_long_as_a_record_of_it_is_public():
    id = company("南宁虚构商行", 1, registered=False)
    organisation_record(id, public=(TODAY - timedelta(days=30), TODAY + timedelta(days=1)))

    assert names("南宁虚构") == ["南宁虚构商行"]
    assert queries.search("南宁虚构", on=TODAY + timedelta(days=1)).items == ()
    assert queries.by_code(code(1), on=TODAY + timedelta(days=1)) is None
    assert queries.search("南宁虚构", on=TODAY - timedelta(days=31)).items == ()


def test_the_lookup_for_machines_tells_the_same_as_the_one_for_people():
    (id,) = companies("南宁旧字号虚构商行")
    services.take_register([registered(id, "南宁新字号虚构商行", status="revoked")], on=date(2026, 3, 1))
    Identifier.objects.create(subject_id=id, scheme="registration-number", value="450100200000001")

    told = json.loads(subject_json(code(1), on=TODAY) or b"")
    detail = queries.by_code(code(1), on=TODAY)

    assert detail is not None
    assert (told["code"], told["name"], told["status"]) == (detail.code, detail.name, "revoked")
    assert told["former_names"] == [{"name": "南宁旧字号虚构商行", "until": "2026-03-01"}]
    assert [(f.name, f.until) for f in detail.former_names] == [("南宁旧字号虚构商行", date(2026, 3, 1))]
    assert [(i["scheme"], i["value"]) for i in told["identifiers"]] == list(detail.identifiers)


def test_the_registers_size_counts_registered_subjects_only():
    companies("南宁虚构甲商行", "南宁虚构乙商行")
    company("南宁虚构丙商行", 3, registered=False)

    assert queries.count_registered() == 2
