import csv
import io

import pytest
from django.test import Client

from chengxin.faces.rest.tests.factories import COMPANY, OTHER, record, subject

pytestmark = pytest.mark.django_db
PAGES = ["/", "/search", "/catalogue", "/catalogue/penalty-organisation", "/rights", "/accessibility", "/styleguide"]
SECRET = "不该被看见的事由"


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.mark.parametrize("address", [*PAGES, "/policy/unverified", "/verify"])
@pytest.mark.parametrize(("language", "tag"), [("zh-hans", "zh-Hans"), ("en", "en")])
def test_every_public_page_opens_in_both_languages(visitor: Client, address: str, language: str, tag: str):
    visitor.cookies["django_language"] = language
    answer = visitor.get(address)
    assert answer.status_code == 200
    assert f'<html lang="{tag}"' in answer.text


@pytest.mark.parametrize("part", ["虚构", "贸易有限", "南宁虚构贸易有限公司", COMPANY, COMPANY[:8].lower()])
def test_a_subject_is_found_by_a_part_of_its_name_or_code(visitor: Client, part: str):
    subject()
    answer = visitor.get("/search", {"q": part}, follow=True)
    assert COMPANY in answer.text


def test_one_character_asks_for_one_more(visitor: Client):
    subject()
    answer = visitor.get("/search", {"q": "虚"})
    assert "请至少输入两个字" in answer.text
    assert COMPANY not in answer.text


def test_the_kind_and_page_stand_in_the_address(visitor: Client):
    subject()
    answer = visitor.get("/search", {"q": "虚构", "kind": "sole-trader"})
    assert "没有找到" in answer.text
    assert "kind=legal-person" in answer.text


def test_a_nonsense_page_number_is_the_first_page(visitor: Client):
    subject()
    assert COMPANY in visitor.get("/search", {"q": "虚构", "page": "abc"}).text


def test_suggestions_are_options_of_the_search_box(visitor: Client):
    subject()
    answer = visitor.get("/search/suggest", {"q": "虚构"})
    assert 'role="option"' in answer.text
    assert COMPANY in answer.text


def test_a_subject_shows_source_basis_and_end_of_each_public_record(visitor: Client):
    record(subject())
    page = visitor.get(f"/subjects/{COMPANY}").text
    for part in ("违反广告管理规定", "南宁市市场监督管理局", "公示至", "行政处罚法", "怎样提出异议"):
        assert part in page


@pytest.mark.parametrize(
    "kept", [{"audience": "shared"}, {"audience": "internal"}, {"starts": -40, "ends": -1}, {"starts": 1, "ends": 9}]
)
def test_what_is_not_public_leaves_no_trace(visitor: Client, kept: dict[str, object]):
    hidden = subject(OTHER, "南宁无痕贸易有限公司", registered=False)
    record(hidden, CF_WFXW=SECRET, **kept)
    assert visitor.get(f"/subjects/{OTHER}").status_code == 404
    assert visitor.get(f"/subjects/{OTHER}/records.csv").status_code == 404
    assert visitor.get(f"/subjects/{OTHER}/report.pdf").status_code == 404
    assert OTHER not in visitor.get("/search", {"q": "无痕"}).text
    assert OTHER not in visitor.get("/search/suggest", {"q": "无痕"}).text


def test_a_hidden_record_of_a_visible_subject_is_neither_shown_nor_counted(visitor: Client):
    company = subject()
    record(company)
    before = visitor.get(f"/subjects/{COMPANY}").text
    record(company, audience="shared", CF_WFXW=SECRET)
    after = visitor.get(f"/subjects/{COMPANY}").text
    assert SECRET not in after
    assert after.count('<article class="record"') == before.count('<article class="record"')
    assert SECRET not in visitor.get(f"/subjects/{COMPANY}/records.csv").content.decode()


def test_the_export_holds_no_cell_that_a_spreadsheet_would_run(visitor: Client):
    record(subject(), CF_WFXW='=HYPERLINK("x")', CF_CFLB="", CF_WSH="+1")
    text = visitor.get(f"/subjects/{COMPANY}/records.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 2
    assert not [cell for cell in rows[1] if cell[:1] in "=+-@" and cell]


def test_a_code_in_small_letters_leads_to_the_subject(visitor: Client):
    subject()
    assert visitor.get(f"/subjects/{COMPANY.lower()}").headers["Location"] == f"/subjects/{COMPANY}"


def test_an_unknown_address_says_what_may_have_happened(visitor: Client):
    answer = visitor.get("/subjects/91450100XXXXXXXXXX")
    assert answer.status_code == 404
    assert "没有找到您要的页面" in answer.text


def test_search_engines_are_kept_away_from_subjects(visitor: Client):
    assert "Disallow: /subjects/" in visitor.get("/robots.txt").text


@pytest.mark.parametrize("address", PAGES)
def test_pages_forbid_foreign_scripts_and_frames(visitor: Client, address: str):
    policy = visitor.get(address).headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
