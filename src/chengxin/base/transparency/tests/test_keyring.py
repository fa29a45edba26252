"""The log after a change of its signing key: each head by the key of its time, and who vouches for the new one."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from chengxin.base.documents import keys as documents
from chengxin.base.transparency import keyring, queries, services
from chengxin.base.transparency.checking import Finding, check
from chengxin.base.transparency.keyring import Change
from chengxin.base.transparency.models import LogSigner
from chengxin.base.transparency.offline import verify

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
LATER = NOON + timedelta(days=365)


def grown(size: int, *, at: datetime = NOON) -> None:
    for number in range(size):
        services.append("serious-tax", "entered", reference=f"x:{number}", statement={"name": "虚构"}, at=at)


def text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)


def pem() -> str:
    return queries.key_pem(at=NOON)


@pytest.fixture
def change(settings, tmp_path: Path):
    """Put another signing key in place; with the one before it beside it, or without."""

    def changed(name: str, *, is_former_at_hand: bool) -> None:
        before = settings.SIGNING_FOLDER or str(Path(settings.DATA_FOLDER) / "secrets" / "signing")
        folder = tmp_path / name
        documents.make(folder, at=NOON)
        if is_former_at_hand:
            (folder / documents.FORMER).write_bytes((Path(before) / documents.KEY).read_bytes())
        settings.SIGNING_FOLDER = str(folder)

    # The installation's own key is out of reach, as where keys come from a folder from the beginning.
    documents.make(tmp_path / "first", at=NOON)
    settings.SIGNING_FOLDER = str(tmp_path / "first")
    return changed


@pytest.mark.parametrize("is_former_at_hand", [True, False])
def test_after_a_change_of_the_key_export_proofs_and_every_older_head_hold(change, is_former_at_hand: bool):
    grown(3)
    older = [text({"head": queries.export(at=NOON)["head"]}), text(queries.export(at=NOON))]
    change("second", is_former_at_hand=is_former_at_hand)
    assert check(text(queries.export(at=LATER)), older=older[0]).is_good  # nothing was appended since
    grown(2, at=LATER)

    export, between = text(queries.export(at=LATER)), text(queries.consistency(3, at=LATER))
    told = check(export, older=older[0])
    assert (told.finding, told.changes) == (Finding.GOOD, (Change(4, is_former_at_hand),))
    assert all(check(one, older=kept).is_good for one in (export, between) for kept in older)
    assert all(check(text(queries.inclusion(n, at=LATER))).is_good for n in range(5))
    assert all(check(text(queries.inclusion(n, size=3, at=LATER))).is_good for n in range(3))
    assert all(check(text(one)).is_good for one in queries.openings_of("x:1", at=LATER))
    keys = text(queries.keys_file(at=LATER)).encode()
    assert all(check(one, key=keys).is_good for one in (export, between, older[1]))


def test_who_trusts_the_first_key_trusts_those_for_which_it_vouches_one_after_the_other(change):
    grown(2)
    first = pem().encode()
    for name in ("second", "third"):
        change(name, is_former_at_hand=True)
        grown(2, at=LATER)
    export = queries.export(at=LATER)

    assert check(text(export), key=first).is_good
    export["keys"][1]["vouched"] = export["keys"][2]["vouched"]
    assert check(text(export), key=first).finding is Finding.UNTRUSTED_KEY


def test_a_later_key_for_which_nobody_vouches_is_said_to_be_that_and_not_a_wrong_signature(change):
    grown(2)
    first = pem().encode()
    change("second", is_former_at_hand=False)
    grown(2, at=LATER)

    assert check(text(queries.export(at=LATER)), key=first).finding is Finding.UNTRUSTED_KEY
    assert check(text(queries.export(at=LATER)), key=pem().encode()).is_good


def test_a_key_signs_no_head_of_before_its_time_and_none_of_after_it(change):
    grown(2)
    change("second", is_former_at_hand=True)
    grown(2, at=LATER)
    export = queries.export(at=LATER)

    for first in (3, 5):
        export["keys"][1]["first"] = first
        is_own = first == 3
        assert check(text(export)).is_good is is_own
    export["keys"] = export["keys"][1:]
    assert check(text(export)).finding is Finding.UNKNOWN_KEY


@pytest.mark.parametrize("junk", [{"first": 1, "key": "x", "vouched": ""}, {"first": "x"}, 1, None])
def test_keys_that_cannot_be_read_are_said_to_be_that(junk: object):
    grown(2)
    export = queries.export(at=NOON)
    export["keys"].insert(0, junk)

    assert check(text(export)).finding is Finding.BAD_KEY
    assert check(text(queries.export(at=NOON)), key=text({"keys": [junk]}).encode()).finding is Finding.BAD_KEY


def test_a_file_of_before_keys_were_told_holds_by_its_own_key_and_by_the_keys_of_the_log(change):
    grown(3)
    old = queries.export(at=NOON)
    del old["keys"]
    change("second", is_former_at_hand=False)
    grown(1, at=LATER)

    assert check(text(old)).is_good
    assert check(text(old), key=old["key"].encode()).is_good
    assert check(text(old), key=text(queries.keys_file(at=LATER)).encode()).is_good
    assert check(text(old), key=pem().encode()).finding is Finding.WRONG_SIGNATURE


def test_the_keys_of_heads_of_before_they_were_kept_are_found_among_those_at_hand(change, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(services, "_note_signer", lambda *_, **__: None)
        grown(3)
        first = pem()
        change("second", is_former_at_hand=True)
        grown(2, at=LATER)
    expected = [(1, first), (4, pem())]
    assert [(s.first, s.pem) for s in queries.signers(at=LATER)] == expected

    grown(1, at=LATER)

    assert list(LogSigner.objects.order_by("first").values_list("first", "key")) == expected
    assert check(text(queries.export(at=LATER))).is_good


@pytest.mark.parametrize("act", ["UPDATE transparency_logsigner SET key = ''", "DELETE FROM transparency_logsigner"])
def test_the_application_cannot_change_or_remove_which_key_signed(act: str):
    grown(1)

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)


def test_the_command_tells_where_the_key_was_changed_and_takes_all_keys_in_one_file(change, tmp_path: Path, capsys):
    grown(2)
    change("second", is_former_at_hand=False)
    grown(1, at=LATER)
    log, keys = tmp_path / "log.json", tmp_path / "keys.json"
    call_command("transparency", "export", str(log))
    keys.write_text(text(queries.keys_file(at=LATER)))
    capsys.readouterr()

    assert verify([str(log), "--key", str(keys)]) == 0
    assert "from head 3 on another key, which NO key before it signed" in capsys.readouterr().out


def test_each_key_signed_one_run_of_heads_and_the_runs_are_found():
    signed: dict[int, Any] = {}
    made = [documents.ec.generate_private_key(documents.ec.SECP256R1()).public_key() for _ in range(3)]
    for size in range(1, 101):
        signed[size] = made[0] if size < 40 else made[1] if size < 41 else made[2]

    found = keyring.signers(100, made, lambda size, key: signed[size] is key)
    lacking = keyring.signers(100, made[1:], lambda size, key: signed[size] is key)

    assert [s.first for s in found] == [1, 40, 41]
    assert [s.first for s in lacking] == [40, 41]
