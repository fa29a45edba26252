"""Open data for everyone: pages, files, removals, DCAT, API and statistics."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from django.test import Client
from rdflib import Graph
from rdflib.compare import isomorphic

from chengxin.base import clock
from chengxin.intake.opendata import policy, services
from chengxin.intake.opendata.tests.factories import (
    BY,
    ITEM,
    NOON,
    fine,
    key_in_files,
    later,
    released,
    repaired,
)
from chengxin.registry.subjects.tests.factories import code

pytestmark = pytest.mark.django_db
API = f"/api/v1/open-data/{ITEM}"


@pytest.fixture
def moment(monkeypatch, settings, tmp_path):
    """Sets what time it is; the files of this test lie apart."""
    settings.MEDIA_ROOT = tmp_path

    def to(at: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: at)

    to(NOON)
    return to


@pytest.fixture
def given(moment):
    """A fine that stands in the files."""
    key = fine()
    released()
    return key


def streamed(response) -> str:
    return b"".join(response.streaming_content).decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_catalogue_shows_open_resources_alone_and_is_searched(client: Client, given, language: str):
    headers = {"accept-language": language}
    page = client.get("/open-data", headers=headers).content.decode()
    found = client.get("/open-data?q=penalty-org", headers=headers).content.decode()
    nothing = client.get("/open-data?q=没有这个", headers=headers).content.decode()

    assert f'href="/open-data/{ITEM}"' in page and "/open-data/penalty-person" not in page
    assert f'href="/open-data/{ITEM}"' in found and "/open-data/tax-grade" not in found
    assert 'class="empty"' in nothing


class Properties(HTMLParser):
    """The microdata properties of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "itemprop" in given:
            self.found.add(given["itemprop"])


def test_a_resource_is_described_for_search_engines_of_data_sets(client: Client, given):
    page = client.get(f"/open-data/{ITEM}").content.decode()
    parser = Properties()
    parser.feed(page)

    assert 'itemtype="https://schema.org/Dataset"' in page
    assert parser.found >= {"name", "description", "license", "publisher", "distribution", "contentUrl", "dateModified"}


def test_a_file_is_given_with_its_digest_and_not_again_to_who_has_it(client: Client, given):
    response = client.get(f"/open-data/{ITEM}.csv")
    again = client.get(f"/open-data/{ITEM}.csv", headers={"if-none-match": response["ETag"]})

    assert code(1) in streamed(response)
    assert response["Repr-Digest"].startswith("sha-256=:") and response["Cache-Control"] == "no-cache"
    assert f'filename="{ITEM}-2026-09-01.csv"' in response["Content-Disposition"]
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("headers", [{}, {"if-none-match": "*"}])
def test_from_the_moment_a_record_is_repaired_the_file_is_not_given_and_the_removals_say_so(
    client: Client, given, moment, headers: dict[str, str]
):
    key = key_in_files(given)
    repaired(given, at=later())
    moment(later())

    response = client.get(f"/open-data/{ITEM}.csv", headers=headers)

    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert code(1) not in response.content.decode()
    removals = streamed(client.get(f"/open-data/{ITEM}/removals.csv"))
    assert removals.splitlines() == ["cursor,key", f",{key}"]
    assert "正在生成新的文件" in client.get(f"/open-data/{ITEM}").content.decode()
    assert client.get(f"{API}/records").json()["items"] == [
        {"cursor": client.get(API).json()["cursor"], "key": str(key), "removed": True, "record": None}
    ]
    assert client.get(f"{API}/removals").json() == {"ended": [str(key)], "items": [], "after": 0, "more": False}


def test_the_increment_begins_after_the_files_cursor(client: Client, given, moment):
    cursor = client.get(API).json()["cursor"]
    fine("2", name="南宁虚构食品厂", number=2)
    released(at=later())
    moment(later())

    (line,) = map(json.loads, streamed(client.get(f"/open-data/{ITEM}/changes.jsonl?after={cursor}")).splitlines())

    assert (line["removed"], line["record"]["subject_code"]) == (False, code(2))
    told = client.get(f"{API}/records?after={cursor}&size=1").json()
    assert (told["items"], told["after"], told["more"]) == ([line], line["cursor"], True)


def test_no_name_stands_in_the_removals(client: Client, given, moment):
    repaired(given, at=later())
    moment(later(2))
    released(at=later(2))

    text = streamed(client.get(f"/open-data/{ITEM}/removals.csv?after=0"))

    assert len(text.splitlines()) == 2
    assert "虚构" not in text and code(1) not in text and str(given) not in text


def test_the_catalogue_is_dcat_in_two_forms_that_say_the_same(client: Client, given):
    linked = Graph().parse(data=client.get("/open-data/catalogue.jsonld").content, format="json-ld")
    turtle = Graph().parse(data=client.get("/open-data/catalogue.ttl").content, format="turtle")

    assert isomorphic(linked, turtle)
    (found,) = linked.query(
        """PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/>
           PREFIX spdx: <http://spdx.org/rdf/terms#>
           SELECT ?file ?size ?sum WHERE { ?c a dcat:Catalog; dcat:dataset ?d .
             ?d a dcat:Dataset; dct:identifier "penalty-organisation"; dct:license ?l; dcat:distribution ?f .
             ?f dcat:downloadURL ?file; dcat:byteSize ?size; spdx:checksum/spdx:checksumValue ?sum ;
                dcat:mediaType <http://www.iana.org/assignments/media-types/text/csv> }"""
    )
    file = next(f for f in client.get(API).json()["files"] if f["format"] == "csv")
    assert str(found.file).endswith(file["address"])
    assert (int(found.size), str(found.sum)) == (file["size"], file["sha256"])


def test_one_resource_is_described_alone(client: Client, given):
    graph = Graph().parse(data=client.get(f"/open-data/{ITEM}/dcat.ttl").content, format="turtle")

    assert len(list(graph.subjects(predicate=None, object=None))) > 10
    assert b"penalty-person" not in client.get("/open-data/catalogue.jsonld").content


def test_the_dictionary_names_each_column_of_the_file(client: Client, given):
    header = streamed(client.get(f"/open-data/{ITEM}.csv")).lstrip("\ufeff").splitlines()[0].split(",")
    dictionary = client.get(f"/open-data/{ITEM}/dictionary.csv").content.decode().splitlines()[1:]

    assert [line.split(",")[0] for line in dictionary] == header
    assert [c["code"] for c in client.get(API).json()["columns"]] == header


@pytest.mark.parametrize(
    "address",
    [
        "/open-data/penalty-person",
        "/open-data/penalty-person.csv",
        "/open-data/penalty-person/removals.csv",
        "/open-data/arrears/changes.jsonl",
        "/open-data/arrears/dictionary.csv",
        "/open-data/arrears/dcat.jsonld",
        f"/open-data/{ITEM}.xlsx",
        "/open-data/catalogue.rdf",
        "/api/v1/open-data/penalty-person",
        "/api/v1/open-data/arrears/records",
        "/api/v1/open-data/no-such-item/removals",
    ],
)
def test_what_is_not_open_is_not_found(client: Client, given, address: str):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("after", ["-1", "x", "٣", "9" * 30])
def test_a_cursor_that_is_none_reads_from_the_beginning(client: Client, given, after: str):
    assert len(streamed(client.get(f"/open-data/{ITEM}/changes.jsonl", {"after": after})).splitlines()) == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_statistics_say_how_they_are_protected(client: Client, moment, language: str):
    at = datetime(2026, 8, 1, tzinfo=UTC)
    moment(at)
    services.publish_statistic(policy.statistics_on(at.date())[0], by=BY, at=at)

    page = client.get("/open-data/statistics", headers={"accept-language": language}).content.decode()
    table = client.get("/open-data/statistics.csv", headers={"accept-language": language}).content.decode()
    (told,) = client.get("/api/v1/open-data/statistics").json()

    assert "ε = 0.5" in page and ("少于 20" in page or "Fewer than 20" in page)
    assert "2026-04-01 – 2026-06-30" in table
    assert (told["epsilon"], told["threshold"], len(told["cells"])) == ("0.500", 20, 14)
