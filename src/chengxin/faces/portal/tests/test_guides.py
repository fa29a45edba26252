import re
from pathlib import PurePosixPath

import pytest
from django.conf import settings
from django.test import Client
from markdown_it import MarkdownIt

from chengxin.faces.portal.guides import NAMES, rendered

SKELETON = {"heading_open", "table_open", "bullet_list_open", "ordered_list_open", "fence"}


def written(name: str, language: str) -> str:
    return (settings.GUIDES_FOLDER / language / f"{name}.md").read_text(encoding="utf-8")


def skeleton(text: str) -> list[str]:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    shape = [f"{token.type} {token.tag}" for token in tokens if token.type in SKELETON]
    return shape + [PurePosixPath(picture).name for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", text)]


@pytest.mark.parametrize("name", NAMES)
def test_a_guide_has_the_same_parts_and_pictures_in_both_languages(name: str):
    assert skeleton(written(name, "zh")) == skeleton(written(name, "."))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", [".", "zh"])
def test_what_a_guide_links_to_is_in_the_repository(name: str, language: str):
    folder = settings.GUIDES_FOLDER / language
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", written(name, language))
    assert [link for link in links if "://" not in link and not (folder / link).exists()] == []


def test_every_guide_of_the_folder_is_on_the_site():
    assert {path.stem for path in settings.GUIDES_FOLDER.glob("*.md")} == set(NAMES)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_guide_is_shown_in_the_language_of_the_screen(client: Client, language: str):
    client.cookies["django_language"] = language
    for name in NAMES:
        title = written(name, "zh" if language == "zh-hans" else ".").splitlines()[0].removeprefix("# ")
        assert f"<h1>{title}</h1>" in client.get(f"/guide/{name}").text
    assert client.get("/guide").text.count('href="/guide/') >= len(NAMES) - 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["nothing", "take_screenshots", "..%2F..%2FREADME"])
def test_what_is_no_guide_is_not_there(client: Client, name: str):
    assert client.get(f"/guide/{name}").status_code == 404


def test_links_and_pictures_lead_to_where_the_site_has_them_and_markup_stays_text():
    html = rendered(
        "# T\n\n[a](company.md) [b](../api.md) [c](../adr/0001-apache-licence.md) ![d](../images/home.png) <b>e</b>"
    ).html
    assert 'href="/guide/company">a</a>' in html
    assert 'href="/api/v1/docs">b</a>' in html
    assert " c <img" in html
    assert 'src="/static/guide/home.png" alt="d"' in html
    assert "&lt;b&gt;e" in html


def test_lines_of_chinese_run_on_and_lines_of_english_keep_their_space():
    html = rendered("# T\n\n一行。\n又一行 `code`\n三行 word\nword").html
    assert "一行。又一行 <code>code</code>\n三行 word\nword" in html
