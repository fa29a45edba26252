import json
import re

import pytest
from django.core.management import call_command

from chengxin.registry.catalogue import queries
from chengxin.registry.catalogue.tests.factories import city_in, replace_in

LINKS = re.compile(r'(?:href|src)="([^"#]+)[^"]*"')


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The catalogue as `catalogue docs` writes it."""
    folder = tmp_path_factory.mktemp("docs")
    call_command("catalogue", "docs", "-o", str(folder))
    return folder


def test_the_check_of_the_city_profile_ends_well_and_counts_what_awaits_a_lawyer(capsys):
    call_command("catalogue", "check")

    assert re.fullmatch(r"nanning: no faults; \d+ legal sources await confirmation\n", capsys.readouterr().out)


def test_the_check_as_json_is_an_empty_list_where_there_are_no_faults(capsys):
    call_command("catalogue", "check", "--json")

    assert json.loads(capsys.readouterr().out) == []


def test_faults_in_several_files_are_all_told_one_a_line(tmp_path, capsys):
    city = city_in(tmp_path)
    first = replace_in(city / "catalogue/contract-performance.yaml", "nature: neutral", "nature: nice")
    second = replace_in(city / "policy/working-days.yaml", "verified: true", "verified: maybe")

    with pytest.raises(SystemExit) as ended:
        call_command("catalogue", "check", "--city", str(city))

    lines = capsys.readouterr().out.splitlines()
    assert ended.value.code == 1
    assert [line.split(": ")[0] for line in lines] == [
        f"cities/nanning/catalogue/contract-performance.yaml:{first}",
        f"cities/nanning/policy/working-days.yaml:{second}",
    ]


def test_there_is_a_page_for_every_item_in_both_languages(written):
    for item in queries.items():
        assert item.name.zh in (written / f"{item.code}.html").read_text(encoding="utf-8")
        assert (written / "en" / f"{item.code}.html").exists()


def test_an_items_page_names_every_field_with_its_code(written):
    for item in queries.items():
        page = (written / f"{item.code}.html").read_text(encoding="utf-8")
        assert [f.code for f in item.fields if f.code not in page or f.name.zh not in page] == []


def test_no_link_of_the_written_pages_leads_nowhere_or_away(written):
    for page in written.rglob("*.html"):
        for link in LINKS.findall(page.read_text(encoding="utf-8")):
            assert (page.parent / link).resolve().is_file(), f"{page.name} links to {link}"
