"""The chain is tampered with as its owner could, past the guard of the database."""

import json

import pytest
from django.core.management import call_command

from chengxin.base.audit import queries, services
from chengxin.base.audit.tests.factories import NOON, Clerk, as_owner, chain_of

LENGTH = 6
CUT_AT_THE_END = (
    "DELETE FROM audit_auditentry WHERE seq = 6",
    "UPDATE audit_audithead SET count = 5, hash = (SELECT hash FROM audit_auditentry WHERE seq = 5)",
)
COPY_OF_THE_LAST = """
INSERT INTO audit_auditentry (seq, at, actor, organisation, action, object, details, previous_hash, hash)
SELECT 7, at, 'nobody', organisation, action, object, details, hash, hash FROM audit_auditentry WHERE seq = 6
"""
TWO_CHANGE_PLACES = """
UPDATE audit_auditentry SET object = CASE seq WHEN 2 THEN 'thing-3' ELSE 'thing-2' END WHERE seq IN (2, 3)
"""
TAMPERED = [
    (("UPDATE audit_auditentry SET actor = 'nobody' WHERE seq = 3",), [(3, "changed")]),
    (("UPDATE audit_auditentry SET at = at + interval '1 second' WHERE seq = 1",), [(1, "changed")]),
    (("UPDATE audit_auditentry SET details = '{\"number\": 60}' WHERE seq = 6",), [(6, "changed")]),
    ((TWO_CHANGE_PLACES,), [(2, "changed"), (3, "changed")]),
    (("DELETE FROM audit_auditentry WHERE seq = 3",), [(3, "removed")]),
    (("DELETE FROM audit_auditentry WHERE seq = 1",), [(1, "removed")]),
    (("DELETE FROM audit_auditentry WHERE seq BETWEEN 2 AND 4",), [(2, "removed")]),
    (("DELETE FROM audit_auditentry WHERE seq = 6",), [(6, "removed")]),
    (("DELETE FROM audit_auditentry",), [(1, "removed")]),
    (CUT_AT_THE_END, [(5, "changed")]),
    ((COPY_OF_THE_LAST,), [(7, "changed"), (7, "inserted")]),
]


@pytest.fixture
def chain(committed_db, settings, tmp_path):
    """Six entries, committed, and a place of their own for checkpoints."""
    settings.DATA_FOLDER = tmp_path
    chain_of(LENGTH)


def tamper(*statements: str) -> None:
    with as_owner() as owner:
        for statement in statements:
            owner.execute(statement)


@pytest.mark.usefixtures("chain")
def test_a_chain_as_it_was_written_holds():
    verdict = queries.verify(at=NOON)

    assert (verdict.entries, verdict.faults, verdict.intact) == (LENGTH, (), True)


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize(("statements", "expected"), TAMPERED)
def test_what_was_changed_removed_or_inserted_is_found_where_it_is(statements, expected):
    tamper(*statements)

    found = [(f.seq, f.kind) for f in queries.verify(at=NOON).faults]

    assert found[: len(expected)] == expected


@pytest.mark.usefixtures("chain")
def test_an_entry_pushed_in_between_is_found_even_where_the_rest_is_renumbered():
    tamper(
        "UPDATE audit_auditentry SET seq = seq + 100 WHERE seq > 3",
        "UPDATE audit_auditentry SET seq = seq - 99 WHERE seq > 100",
        "INSERT INTO audit_auditentry"
        " SELECT 4, at, actor, organisation, action, 'pushed in', details, previous_hash, hash"
        " FROM audit_auditentry WHERE seq = 5",
    )

    verdict = queries.verify(at=NOON)

    assert verdict.entries == LENGTH + 1
    assert (verdict.faults[0].seq, verdict.intact) == (4, False)


@pytest.mark.usefixtures("chain")
def test_a_chain_cut_back_with_its_head_to_an_earlier_state_is_found_by_the_checkpoint():
    with as_owner() as owner:
        head = owner.execute("SELECT count, hash, seal FROM audit_audithead").fetchone()
    services.note("test.done", "thing-7", by=Clerk(), at=NOON)
    assert queries.verify(at=NOON).intact
    with as_owner() as owner:
        owner.execute("DELETE FROM audit_auditentry WHERE seq = 7")
        owner.execute("UPDATE audit_audithead SET count = %s, hash = %s, seal = %s", head)

    assert [(f.seq, f.kind) for f in queries.verify(at=NOON).faults] == [(7, "removed")]


@pytest.mark.usefixtures("chain")
def test_the_command_ends_with_zero_and_says_that_the_chain_holds(capsys):
    call_command("audit", "verify", "--json")

    assert json.loads(capsys.readouterr().out) == {"entries": LENGTH, "intact": True, "faults": []}


@pytest.mark.usefixtures("chain")
def test_the_command_ends_with_one_and_names_the_place(capsys):
    tamper("UPDATE audit_auditentry SET actor = 'nobody' WHERE seq = 3")

    with pytest.raises(SystemExit) as ended:
        call_command("audit", "verify", "--json")

    told = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1
    assert (told["intact"], told["faults"]) == (
        False,
        [{"seq": 3, "kind": "changed", "message": "entry 3 does not match its own hash"}],
    )


@pytest.mark.usefixtures("chain")
def test_the_command_says_it_in_words_as_well(capsys):
    call_command("audit", "verify")

    assert capsys.readouterr().out == "6 audit entries: the chain is intact.\n"
