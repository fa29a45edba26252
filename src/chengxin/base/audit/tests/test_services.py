import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from chengxin.base.audit import queries, services
from chengxin.base.audit.models import AuditEntry
from chengxin.base.audit.tests.factories import NOON, Clerk, chain_of

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_did_what_when_and_follows_the_one_before():
    first = services.note("test.done", "thing", by=Clerk(), at=NOON, amount="1")
    second = services.note("test.done", "thing", by=Clerk(), at=NOON)

    later, earlier = queries.entries().entries
    assert (earlier.seq, later.seq) == (first, second) == (1, 2)
    assert (earlier.actor, earlier.organisation, earlier.at, earlier.details) == (
        "clerk", "11450100007550013R", NOON, {"amount": "1"},
    )  # fmt: skip
    assert later.previous_hash == earlier.hash


def test_an_entry_goes_with_the_transaction_that_wrote_it():
    chain_of(1)
    with pytest.raises(RuntimeError), transaction.atomic():
        services.note("test.undone", "thing", by=Clerk(), at=NOON)
        raise RuntimeError

    chain_of(1)

    assert [e.seq for e in queries.entries().entries] == [2, 1]
    assert queries.verify(at=NOON).intact


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET actor = 'nobody'",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_auditentry",
        "DELETE FROM audit_audithead",
    ],
)
def test_the_application_can_add_to_the_chain_and_do_nothing_else(statement):
    chain_of(1)

    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(statement)


def test_entries_are_found_by_action_and_actor_in_pages():
    chain_of(3)
    services.note("test.other", "thing", by=Clerk("another"), at=NOON)

    assert [e.seq for e in queries.entries(action="test.done", size=2).entries] == [3, 2]
    assert [e.seq for e in queries.entries(action="test.done", page=2, size=2).entries] == [1]
    assert [e.seq for e in queries.entries(actor="another").entries] == [4]
    assert queries.actions() == ["test.done", "test.other"]


def test_a_number_is_given_once(django_assert_num_queries):
    chain_of(1)

    with pytest.raises(Exception, match="audit_auditentry_pkey"), transaction.atomic():
        AuditEntry.objects.create(
            seq=1, at=NOON, actor="", organisation="", action="", object="", details={}, previous_hash=b"", hash=b""
        )
