"""An interface that answers JSON, over real HTTP: pages, what is new, a break in the midst, faults posted back."""

from collections.abc import Iterator

import pytest

from chengxin.intake.collection.models import Submission
from chengxin.intake.collection.tests import factories as make
from chengxin.intake.connectors.models import Standing
from chengxin.intake.connectors.tests.factories import ADDRESS, Installation, counts, described, pull
from chengxin.intake.connectors.tests.peers import RestPeer, rest_peer

pytestmark = pytest.mark.django_db
TOKEN, FAULTS = "CHENGXIN_CONNECTOR_MARKET_TOKEN", "CHENGXIN_CONNECTOR_MARKET_FAULTS"
SOURCE = {
    "kind": "rest", "items": "data.list", "key": "number", "cursor": "changed", "since": "since", "page": "page",
    "token": TOKEN,
}  # fmt: skip


@pytest.fixture
def peer(installation: Installation) -> Iterator[RestPeer]:
    with rest_peer() as running:
        variables = {ADDRESS: f"{running.address}/list", TOKEN: running.token, FAULTS: f"{running.address}/faults"}
        installation.put(described(SOURCE, feedback={"address": FAULTS}), **variables)
        yield running


def row(number: int, changed: str, **fields: str) -> dict[str, object]:
    given = {code.lower(): value for code, value in make.penalty(number, **fields).items()}
    return {"number": number, "changed": changed, **given}


def test_what_is_new_comes_page_by_page_and_once(peer: RestPeer):
    peer.rows = [row(1, "2026-05-10"), row(2, "2026-05-11"), row(3, "2026-05-11")]

    assert counts(pull()) == ("done", 3, 3, 0, 0, 0)
    assert counts(pull()) == ("done", 0, 0, 0, 0, 0)
    assert peer.asked[-1]["since"] == "2026-05-11"

    peer.rows += [row(4, "2026-05-11"), row(2, "2026-05-12", CF_NR_FK="3")]
    assert counts(pull()) == ("done", 2, 1, 0, 0, 1)


def test_an_interface_that_breaks_off_loses_nothing(peer: RestPeer):
    peer.rows = [row(1, "2026-05-12"), row(2, "2026-05-11"), row(3, "2026-05-10")]
    peer.broken = 1

    run = pull()
    assert (counts(run), run.fault_detail) == (("failed", 2, 2, 0, 0, 0), "连接不上来源系统：HTTP 500")

    peer.broken = None
    assert counts(pull()) == ("done", 2, 1, 0, 1, 0)
    assert Standing.objects.get().position["cursor"] == ["text", "2026-05-12"]


def test_faults_are_posted_with_the_sources_own_keys(peer: RestPeer):
    peer.rows = [row(1, "2026-05-10"), row(2, "2026-05-10", CF_NR="")]

    pull()

    (told,) = peer.told.values()
    assert (told["submission"], told["rows"]) == (Submission.objects.get().pk, 2)
    assert [(f["key"], f["field"], f["rule"]) for f in told["faults"]] == [("2", "CF_NR", "required")]


def test_an_answer_of_another_shape_fails_the_pull(peer: RestPeer, installation: Installation):
    installation.put(described(SOURCE | {"items": "rows"}))

    run = pull()

    assert (run.state, run.fault) == ("failed", "source-differs")
