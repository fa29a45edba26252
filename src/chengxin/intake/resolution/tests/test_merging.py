"""Two entries of the register that are one subject become one, everything follows, and it can be taken back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengxin.base.audit.models import AuditEntry
from chengxin.base.errors import ChengxinError, NotPermitted
from chengxin.intake.collection.tests.factories import hand_in_rows
from chengxin.intake.delivery import dispatching
from chengxin.intake.delivery.models import Dispatch
from chengxin.intake.delivery.rules import Subjects
from chengxin.intake.delivery.tests.factories import subscribed
from chengxin.intake.resolution import indexing, merging
from chengxin.intake.resolution.errors import MergeNotOpen, MergeProposed, NotMergeable, OwnMerge, UnknownSubject
from chengxin.intake.resolution.models import Merge
from chengxin.intake.resolution.tests.factories import AT, MARKET, NAME, TODAY, honour
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records import queries as records
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.models import Record
from chengxin.registry.records.tests.factories import versions
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects import services as register
from chengxin.registry.subjects.models import Subject
from chengxin.registry.subjects.rules import Scheme
from chengxin.registry.subjects.tests.factories import code, company

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
EVEN_LATER = AT + timedelta(hours=2)
OPERATOR = Actor("operator", None, "", frozenset({Role.CREDIT_OFFICE_OPERATOR}), user_id=1)
REVIEWER = Actor("reviewer", None, "", frozenset({Role.CREDIT_OFFICE_REVIEWER}), user_id=2)
OLD, NEW = code(1), code(2)


def two(old: str = NAME, new: str = NAME) -> tuple[int, int]:
    """One company under two codes, with two records under the first and one under the second."""
    first, second = company(old, 1, registered=False), company(new, 2)
    record_changes.store(versions(first, "a", "b"), superseded=[], at=AT)
    record_changes.store(versions(second, "c"), superseded=[], at=AT)
    register.add_identifiers([(first, Scheme.REGISTRATION_NUMBER, "450100000000001")])
    indexing.catch_up(at=AT)
    return first, second


def proposed() -> int:
    return merging.propose(OLD, NEW, reason="换照前后同一企业（虚构）", by=OPERATOR, at=AT)


def held() -> dict[str, set[tuple[Any, ...]]]:
    """All that a merge may move, as it stands now."""
    kept = {
        "subjects": "SELECT id, code, name, kind, status, registered FROM subjects_subject",
        "names": "SELECT id, subject_id, name, until FROM subjects_subjectname",
        "codes": "SELECT subject_id, scheme, value FROM subjects_identifier WHERE valid_until IS NULL",
        "records": "SELECT natural_key, subject_id, item, state, audience, public_period, payload::text, submission_id"
        " FROM records_record WHERE known_until IS NULL",
        "index": "SELECT id, subject_id FROM resolution_form",
        "keys": "SELECT key, subject_id FROM resolution_key",
    }
    with connection.cursor() as cursor:
        found = {}
        for name, statement in kept.items():
            cursor.execute(statement)
            found[name] = set(cursor.fetchall())
        return found


def test_once_merged_the_survivor_has_everything_and_answers_to_the_former_code(client: Client):
    first, second = two(old="南宁恒丰建筑有限公司（虚构）")

    moved = merging.merge(proposed(), by=REVIEWER, at=LATER)

    assert moved == 2
    assert set(Record.objects.filter(known_until=None).values_list("subject_id", "version")) == {
        (second, 2),
        (second, 1),
    }
    found = subjects.by_code(OLD, on=TODAY)
    assert found is not None
    assert (found.id, found.code, [n.name for n in found.former_names]) == (
        second,
        NEW,
        ["南宁恒丰建筑有限公司（虚构）"],
    )
    assert (Scheme.REGISTRATION_NUMBER, "450100000000001") in found.identifiers
    assert client.get(f"/api/v1/subjects/{OLD}").json()["code"] == NEW
    assert [s.id for s in subjects.search("恒丰建筑", on=TODAY).items] == [second]
    assert not Subject.objects.get(pk=first).registered
    assert len(records.known_of(second, at=AT, on=TODAY)) == 3, "what was known before, of both"
    assert AuditEntry.objects.filter(action__in=["resolution.merged", "records.reassigned"]).count() == 2


def test_a_hand_in_with_the_former_code_goes_to_the_survivor_and_back_when_the_merge_is_undone(tmp_path: Path):
    first, second = two()
    mine = proposed()
    merging.merge(mine, by=REVIEWER, at=LATER)
    handed = hand_in_rows(tmp_path, honour(1, SUBJECT_CODE=OLD), item="honour", by=MARKET, at=LATER)
    assert handed.accepted == 1
    assert set(Record.objects.filter(known_until=None).values_list("subject_id", flat=True)) == {second}

    merging.undo(mine, reason="不是同一企业（虚构）", by=REVIEWER, at=EVEN_LATER)

    present = Record.objects.filter(known_until=None)
    assert (present.filter(subject_id=first).count(), present.filter(subject_id=second).count()) == (3, 1)
    assert present.get(item="honour").subject_id == first


def test_subscribers_of_either_are_told_and_who_covers_only_the_other_has_to_take_it_down_again(tmp_path: Path):
    two()
    of_old = subscribed(subjects=Subjects.LIST, listed=(OLD,), at=AT)
    of_new = subscribed(subjects=Subjects.LIST, listed=(NEW,), at=AT)
    of_all = subscribed(at=AT)
    mine = proposed()

    merging.merge(mine, by=REVIEWER, at=LATER)
    dispatching.route_all(at=lambda: LATER)
    told = Dispatch.objects.filter(kind="corrected")
    assert [told.filter(subscription=s).count() for s in (of_old, of_new, of_all)] == [2, 2, 2]

    merging.undo(mine, reason="有误（虚构）", by=REVIEWER, at=EVEN_LATER)
    dispatching.route_all(at=lambda: EVEN_LATER)
    assert [told.filter(subscription=s).count() for s in (of_old, of_new, of_all)] == [4, 4, 4]
    from chengxin.intake.delivery import services as deliveries
    from chengxin.intake.delivery.tests.factories import officer

    sent = deliveries.fetch(of_new, by=officer(), at=EVEN_LATER)
    assert sent is None, "nothing of it had been sent, so there is nothing to take down"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (lambda: merging.propose(OLD, OLD, reason="x", by=OPERATOR, at=AT), NotMergeable),
        (lambda: merging.propose(OLD, code(3, category="92"), reason="x", by=OPERATOR, at=AT), NotMergeable),
        (lambda: merging.propose(OLD, "no such code", reason="x", by=OPERATOR, at=AT), UnknownSubject),
        (lambda: merging.propose(OLD, NEW, reason="x", by=Actor("x", None, "", frozenset()), at=AT), NotPermitted),
        (lambda: (proposed(), merging.propose(NEW, OLD, reason="x", by=OPERATOR, at=AT)), MergeProposed),
        (lambda: merging.merge(proposed(), by=OPERATOR, at=AT), NotPermitted),
        (
            lambda: merging.merge(merging.propose(OLD, NEW, reason="x", by=REVIEWER, at=AT), by=REVIEWER, at=AT),
            OwnMerge,
        ),
        (lambda: merging.undo(proposed(), reason="x", by=REVIEWER, at=AT), MergeNotOpen),
    ],
)
def test_what_may_not_be_merged_is_refused_and_nothing_moves(wrong: Any, error: type[ChengxinError]):
    two()
    company("南宁虚构个体户", 3, category="92")
    before = held()

    with pytest.raises(error):
        wrong()

    assert held() == before
    assert not Merge.objects.filter(state="merged").exists()


def test_a_subject_in_which_another_stands_can_be_merged_no_further():
    two()
    company("南宁第三名称有限公司（虚构）", 3)
    merging.merge(proposed(), by=REVIEWER, at=LATER)

    with pytest.raises(NotMergeable):
        merging.propose(NEW, code(3), reason="x", by=OPERATOR, at=LATER)
    with pytest.raises(UnknownSubject):
        merging.propose(OLD, code(3), reason="x", by=OPERATOR, at=LATER)


NAMES = ["南宁恒丰建筑有限公司（虚构）", "广西恒丰有限公司（虚构）", "南宁新丰商贸有限公司（虚构）"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)),
    former=st.lists(st.tuples(st.booleans(), st.sampled_from(NAMES)), max_size=3),
    owned=st.lists(st.tuples(st.booleans(), st.sampled_from(["in-force", "disputed", "repaired"])), max_size=5),
    codes=st.lists(st.tuples(st.booleans(), st.integers(1, 3)), max_size=3, unique_by=lambda one: one[1]),
    again=st.booleans(),
)
def test_a_merge_that_is_undone_leaves_everything_as_it_was(names, former, owned, codes, again):
    with transaction.atomic():
        both = company(names[0], 1, registered=False), company(names[1], 2)
        register.take_register(
            [register.RegisterEntry(both[of], names[of], "", "", "", name) for of, name in former], on=TODAY
        )
        for n, (of, state) in enumerate(owned):
            record_changes.store(versions(both[of], f"p{n}", state=state), superseded=[], at=AT)
        register.add_identifiers([(both[of], Scheme.TAX_NUMBER, f"4501{n}") for of, n in codes])
        indexing.catch_up(at=AT)
        before = held()
        for turn in range(2 if again else 1):
            at = AT + timedelta(hours=1 + 2 * turn)
            mine = merging.propose(OLD, NEW, reason="同一企业（虚构）", by=OPERATOR, at=at)
            merging.merge(mine, by=REVIEWER, at=at)
            assert not Record.objects.filter(known_until=None, subject_id=both[0]).exists()
            merging.undo(mine, reason="有误（虚构）", by=REVIEWER, at=at + timedelta(hours=1))

        assert held() == before
        assert (subjects.by_code(OLD, on=TODAY) or subjects.by_code(NEW, on=TODAY)) is not None
        transaction.set_rollback(True)
