"""The log as it is kept, given out and checked, and what happens to who changes it."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from chengxin.base.documents.keys import signing_keys
from chengxin.base.errors import NotFound
from chengxin.base.transparency import keyring, queries, services
from chengxin.base.transparency.checking import Finding, Head, as_json, check
from chengxin.base.transparency.offline import verify

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
STATEMENT = {"name": "南宁虚构商行", "number": "虚构1号"}


def grown(size: int) -> None:
    for number in range(size):
        services.append(
            "serious-tax", "entered", reference=f"list-entry:{number}", statement=STATEMENT,
            at=NOON + timedelta(minutes=number),
        )  # fmt: skip


def text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)


@pytest.mark.django_db
def test_a_leaf_tells_what_happened_where_and_when_and_nothing_of_whom():
    grown(1)

    (leaf,) = queries.leaves(start=0, size=10)

    said = json.loads(leaf.content)
    assert set(said) == {"v", "topic", "kind", "day", "commitment"}
    assert (said["topic"], said["kind"], said["day"]) == ("serious-tax", "entered", "2026-09-01")
    assert "虚构" not in leaf.content


@pytest.mark.django_db
def test_the_same_statement_twice_leaves_two_commitments_that_nobody_can_match():
    grown(2)

    one, other = (json.loads(leaf.content)["commitment"] for leaf in queries.leaves(start=0, size=2))
    assert one != other


@pytest.mark.django_db
def test_an_empty_log_has_no_head_and_no_proofs():
    assert queries.latest_head() is None
    for ask in (lambda: queries.export(at=NOON), lambda: queries.inclusion(0, at=NOON), lambda: queries.head(1)):
        with pytest.raises(NotFound):
            ask()


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_export_inclusion_and_consistency_hold(size: int):
    grown(size)

    assert check(text(queries.export(at=NOON))).is_good
    assert all(check(text(queries.inclusion(n, at=NOON))).is_good for n in range(size))
    assert all(check(text(queries.consistency(n, at=NOON))).is_good for n in range(1, size + 1))


@pytest.mark.django_db
def test_the_opening_proves_to_whom_it_concerns_what_was_decided_and_no_other_statement_fits():
    grown(3)
    (proof,) = queries.openings_of("list-entry:1", at=NOON)

    assert check(text(proof)).is_good
    proof["opening"]["statement"] = proof["opening"]["statement"].replace("商行", "公司")
    assert check(text(proof)).finding is Finding.WRONG_OPENING


@pytest.mark.django_db
def test_an_older_head_that_someone_kept_fits_the_log_as_it_grew():
    grown(3)
    kept = text(queries.export(at=NOON))
    grown(4)

    assert check(text(queries.export(at=NOON)), older=kept).is_good
    assert check(text(queries.consistency(3, at=NOON)), older=kept).is_good
    assert check(text(queries.inclusion(6, at=NOON)), older=kept).finding is Finding.NOT_COMPARED
    assert check(text(queries.inclusion(2, size=3, at=NOON)), older=kept).is_good


@pytest.mark.django_db
def test_what_was_not_compared_is_no_accusation():
    grown(3)
    kept = text(queries.export(at=NOON))
    grown(4)
    now = queries.export(at=NOON)
    other = text(queries.consistency(2, at=NOON))

    assert check(kept, older=text(now)).finding is Finding.OLDER_IS_NEWER
    assert check(other, older=kept).finding is Finding.NOT_COMPARED
    assert check(text(now["head"]), older=kept).finding is Finding.HEAD_ALONE
    assert check(text(now), older="{}").finding is Finding.BAD_HEAD
    assert check(text(now), key=b"no key").finding is Finding.BAD_KEY


@pytest.mark.django_db
def test_an_older_head_with_another_root_is_contradicted_by_the_log_and_by_a_proof():
    grown(3)
    forged = queries.head(3)
    other = Head(3, bytes(32), forged.timestamp, b"")
    kept = text(as_json(Head(3, bytes(32), other.timestamp, keyring.sign(other.signed, signing_keys(at=NOON).key))))
    grown(2)

    assert check(text(queries.export(at=NOON)), older=kept).finding is Finding.NOT_CONSISTENT
    assert check(text(queries.consistency(3, at=NOON)), older=kept).finding is Finding.NOT_CONSISTENT


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"timestamp": 1}, {"signature": "MEUCIQ=="}])
def test_a_proof_of_growth_whose_first_head_the_log_did_not_sign_does_not_hold(change):
    grown(5)
    proof = queries.consistency(3, at=NOON)
    proof["first"] |= change

    assert check(text(proof)).finding is Finding.WRONG_FIRST


def test_a_file_that_is_not_there_is_said_to_be_that(tmp_path: Path, capsys):
    (tmp_path / "some.json").write_text("{}")
    there, missing = str(tmp_path / "some.json"), str(tmp_path / "missing.json")

    codes = [verify(given) for given in ([missing], [there, "--key", missing], [there, "--head", missing])]

    assert codes == [1, 1, 1]
    assert capsys.readouterr().out == f"{missing}: cannot be read: No such file or directory\n" * 3


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["changed", "removed", "swapped", "added"])
def test_an_export_with_any_leaf_changed_removed_swapped_or_added_does_not_hold(change: str):
    grown(4)
    export = queries.export(at=NOON)
    leaves = export["leaves"]
    if change == "changed":
        leaves[1] = leaves[1].replace("entered", "removed")
    elif change == "removed":
        del leaves[1]
    elif change == "swapped":
        leaves[1], leaves[2] = leaves[2], leaves[1]
    else:
        leaves.append(leaves[0])

    assert check(text(export)).finding is Finding.WRONG_ROOT


@pytest.mark.django_db
def test_a_head_that_another_key_signed_does_not_hold(tmp_path: Path):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    grown(2)
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    assert check(text(queries.export(at=NOON)), key=pem).finding is Finding.WRONG_SIGNATURE


@pytest.mark.parametrize("junk", ["", "{}", "[]", "null", '{"format": "chengxin-log-1"}', '{"format": [], "head": 1}'])
def test_what_is_no_file_of_the_log_is_said_to_be_unreadable(junk: str):
    assert check(junk).finding is Finding.UNREADABLE


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
@pytest.mark.parametrize(
    ("table", "column"),
    [("transparency_logleaf", "content"), ("transparency_loghead", "root"), ("transparency_logopening", "salt")],
)
def test_the_application_cannot_change_or_remove_what_the_log_says(table: str, column: str, act: str):
    grown(1)

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(table, column, column))


def test_a_leaf_that_a_superuser_changes_or_removes_is_found(committed_db: str, tmp_path: Path):
    grown(5)
    before = tmp_path / "before.json"
    before.write_text(text(queries.export(at=NOON)), encoding="utf-8")
    with psycopg.connect(settings.EMBEDDED_ADDRESS, dbname=committed_db, autocommit=True) as superuser:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            superuser.execute("DELETE FROM transparency_logleaf WHERE index = 1")
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE transparency_logleaf SET content = replace(content, 'entered', 'x') WHERE index = 1")
        changed = tmp_path / "changed.json"
        call_command("transparency", "export", str(changed))
        superuser.execute("DELETE FROM transparency_logleaf WHERE index = 4")
        superuser.execute("DELETE FROM transparency_loghead WHERE size = 5")
        shorter = tmp_path / "shorter.json"
        call_command("transparency", "export", str(shorter))

    assert [verify([str(f)]) for f in (before, changed, shorter)] == [0, 1, 1]
    assert verify([str(shorter), "--head", str(before)]) == 1


@pytest.mark.django_db
def test_the_key_may_come_as_pem_or_as_the_api_gives_it(tmp_path: Path):
    grown(3)
    log, pem, told = tmp_path / "log.json", tmp_path / "key.pem", tmp_path / "key.json"
    call_command("transparency", "export", str(log))
    pem.write_text(queries.key_pem(at=NOON))
    told.write_text(json.dumps({"key": queries.key_pem(at=NOON)}))
    (tmp_path / "none.json").write_text('{"no": "key"}')

    assert [verify([str(log), "--key", str(key)]) for key in (pem, told, log)] == [0, 0, 0]
    assert verify([str(log), "--key", str(tmp_path / "none.json")]) == 1


@pytest.mark.django_db
def test_a_kept_file_is_checked_without_django_or_database(tmp_path: Path):
    grown(3)
    call_command("transparency", "export", str(tmp_path / "log.json"))
    (tmp_path / "key.pem").write_text(queries.key_pem(at=NOON))
    code = (
        "import sys; from chengxin.project.__main__ import main; sys.argv = ['manage', 'transparency', 'verify',"
        " 'log.json', '--key', 'key.pem']\n"
        "try: main()\nfinally: assert 'django' not in sys.modules and 'psycopg' not in sys.modules"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(settings.ROOT / "src")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "chengxin-log-1, 3 leaves"), done.stderr
