import json

import pytest
from django.core.management import call_command

from chengxin.registry.catalogue import queries
from chengxin.registry.catalogue.tests.factories import city_in, replace_in


def test_the_catalogue_holds_the_resources_that_the_platform_promises():
    assert {i.code for i in queries.items()} >= {
        "licence-organisation", "licence-person", "penalty-organisation", "penalty-person", "entity-registration",
        "abnormal-operation", "serious-breach", "judgment-defaulter", "contract-performance", "commitment", "honour",
        "tax-grade", "arrears", "inspection-result",
    }  # fmt: skip


def test_an_item_that_is_not_in_the_catalogue_is_not_found():
    with pytest.raises(queries.UnknownItem):
        queries.item("horoscope")


def test_the_persons_item_takes_the_fields_of_the_organisations_item():
    fields = [f.code for f in queries.item("penalty-person").fields]

    assert fields[:5] == ["CF_XDR_MC", "CF_XDR_LB", "CF_XDR_ZJLX", "CF_XDR_ZJHM", "CF_WSH"]
    assert fields[-1] == "BZ"


@pytest.mark.parametrize(
    ("title", "forbidden"),
    [
        ("宗教信仰", "宗教信仰"),
        ("法定代表人指纹", "指纹"),
        ("dna编号", "基因"),
        ("信访事项", "信访"),
        ("既往病史", "疾病和病史"),
        ("行政相对人名称", None),
        ("处罚依据", None),
    ],
)
def test_a_title_of_a_forbidden_class_is_recognised(title, forbidden):
    assert queries.prohibited_class(title) == forbidden


def test_every_ignored_title_is_a_text():
    assert {"序号", "NO"} <= queries.ignored_titles()


@pytest.mark.parametrize(
    ("language", "name"), [("zh-hans", "法人行政处罚信息"), ("en", "Administrative penalties of organisations")]
)
def test_a_page_speaks_its_language(language, name):
    page = queries.item_page("penalty-organisation", language)

    assert page.name == name
    assert len(page.fields) == 28
    assert len(page.publicity) == 3


def test_no_page_in_english_leaves_a_field_unnamed():
    for item in queries.items():
        assert all(f.name.isascii() for f in queries.item_page(item.code, "en").fields)


def test_the_written_pages_link_to_each_other(tmp_path):
    call_command("catalogue", "docs", "-o", str(tmp_path))

    index = (tmp_path / "en" / "index.html").read_text(encoding="utf-8")
    for item in queries.items():
        assert f'href="{item.code}.html"' in index
        assert f'href="en/{item.code}.html"' in (tmp_path / f"{item.code}.html").read_text(encoding="utf-8")


def test_the_check_exits_with_one_and_says_file_and_line(tmp_path, capsys):
    city = city_in(tmp_path)
    line = replace_in(city / "catalogue/honour.yaml", "nature: positive", "nature: nice")

    with pytest.raises(SystemExit) as ended:
        call_command("catalogue", "check", "--json", "--city", str(city))

    found = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1
    assert (found[0]["file"], found[0]["line"]) == ("cities/nanning/catalogue/honour.yaml", line)
