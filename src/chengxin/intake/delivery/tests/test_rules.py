"""The order of deliveries, when they are tried again, and how they are proved."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from chengxin.intake.delivery import rules
from chengxin.intake.delivery.errors import KeyUnreadable, SubscriptionTooWide
from chengxin.intake.delivery.rules import Basis, Kind, LogEntry, Step, Urgency, Waiting
from chengxin.registry.records.rules import EventKind

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
EVERYTHING = 10_000
BASIS = Basis("b", Kind.LAW, "依据", "basis", ("a", "b"), frozenset({"department"}), 12, 2, "", "law", "v")
OURS, THEIRS = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()


@st.composite
def queues(draw: st.DrawFn) -> list[Waiting]:
    """Events of a few subjects, in any state that an event can be in."""
    drawn = draw(
        st.lists(
            st.tuples(st.integers(1, 5), st.sampled_from(Urgency), st.booleans(), st.sampled_from([None, NOON, LATER])),
            max_size=30,
        )
    )
    return [Waiting(n, subject, u.value, alone, retry) for n, (subject, u, alone, retry) in enumerate(drawn, start=1)]


def drained(queue: list[Waiting], *, most: int, at: datetime) -> list[Waiting]:
    """All that is delivered where every delivery is acknowledged, in its order."""
    left, out = {w.sequence: w for w in queue}, []
    while chosen := rules.plan(left.values(), most=most, at=at):
        assert len(chosen) <= most and len(set(chosen)) == len(chosen)
        if any(left[s].alone for s in chosen):
            assert len(chosen) == 1
        out += [left.pop(s) for s in chosen]
    return out


@settings(max_examples=200)
@given(queue=queues(), most=st.integers(1, 7))
def test_the_order_of_a_subject_is_never_changed_and_nothing_is_left_behind(queue: list[Waiting], most: int):
    out = drained(queue, most=most, at=LATER)

    assert sorted(w.sequence for w in out) == [w.sequence for w in queue]
    for subject in {w.subject for w in queue}:
        sequences = [w.sequence for w in out if w.subject == subject]
        assert sequences == sorted(sequences)


@settings(max_examples=200)
@given(queue=queues(), most=st.integers(1, 7))
def test_nothing_but_what_stands_before_a_takedown_of_the_same_subject_goes_ahead_of_it(
    queue: list[Waiting], most: int
):
    out = drained(queue, most=most, at=LATER)
    with_takedown = {w.subject for w in queue if w.urgency == Urgency.TAKEDOWN}
    last = max((n for n, w in enumerate(out) if w.urgency == Urgency.TAKEDOWN), default=-1)

    assert {w.subject for w in out[: last + 1]} <= with_takedown


@settings(max_examples=100)
@given(queue=queues(), most=st.integers(1, 7))
def test_who_waits_after_a_refusal_holds_up_its_own_subject_alone_and_no_takedown(queue: list[Waiting], most: int):
    out = {w.sequence for w in drained(queue, most=most, at=NOON)}

    for subject in {w.subject for w in queue}:
        lane = [w for w in queue if w.subject == subject]
        last = max((w.sequence for w in lane if w.urgency == Urgency.TAKEDOWN), default=0)
        assert all(w.sequence in out for w in lane if w.sequence <= last)
        if all(w.retry_at != LATER for w in lane):
            assert all(w.sequence in out for w in lane)
        elif not last:
            assert not any(w.sequence in out for w in lane)


def test_a_takedown_goes_first_with_what_came_before_it_about_the_same_subject():
    news, mark, correction, takedown = (
        u.value for u in (Urgency.NEWS, Urgency.MARK, Urgency.CORRECTION, Urgency.TAKEDOWN)
    )
    queue = [
        Waiting(1, 10, news),
        Waiting(2, 20, correction),
        Waiting(3, 30, news),
        Waiting(4, 30, mark),
        Waiting(5, 30, takedown),
        Waiting(6, 30, news),
        Waiting(7, 20, news),
    ]

    assert rules.plan(queue, most=EVERYTHING, at=NOON) == (3, 4, 5, 6, 2, 7, 1)
    assert rules.plan(queue, most=2, at=NOON) == (3, 4)


@pytest.mark.parametrize(
    ("kind", "urgency"),
    [
        (EventKind.WITHDRAWN, Urgency.TAKEDOWN),
        (EventKind.REPAIRED, Urgency.TAKEDOWN),
        (EventKind.SUSPENDED, Urgency.TAKEDOWN),
        (EventKind.ENDED, Urgency.TAKEDOWN),
        (EventKind.CORRECTED, Urgency.CORRECTION),
        (EventKind.DISPUTED, Urgency.MARK),
        (EventKind.RESTORED, Urgency.MARK),
        (EventKind.ADDED, Urgency.NEWS),
    ],
)
def test_what_must_disappear_goes_before_what_was_wrong_and_that_before_news(kind: EventKind, urgency: Urgency):
    assert rules.urgency(kind) == urgency


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(400, True), (409, True), (413, True), (422, True), (401, False), (404, False), (408, False), (429, False),
     (500, False), (503, False), (302, False)],
)  # fmt: skip
def test_only_an_answer_about_the_content_is_a_refusal(status: int, refusal: bool):
    assert rules.is_refusal(status) is refusal


@pytest.mark.parametrize(
    "asked",
    [{"items": ["c"]}, {"items": []}, {"organisation_kind": "bank"}, {"months": 13}, {"months": 0}, {"listed": 3}],
)
def test_more_than_the_basis_allows_is_refused(asked: dict[str, object]):
    fitting = {"items": ["a"], "organisation_kind": "department", "months": 12, "listed": 2}
    rules.check_scope(BASIS, **fitting)

    with pytest.raises(SubscriptionTooWide):
        rules.check_scope(BASIS, **(fitting | asked))


def test_a_subscription_delivers_on_its_last_day_and_not_on_the_next():
    begins, ends = date(2026, 9, 1), date(2026, 10, 1)

    assert rules.is_in_force(begins, ends, None, on=date(2026, 9, 30), at=NOON)
    assert not rules.is_in_force(begins, ends, None, on=ends, at=NOON)
    assert not rules.is_in_force(begins, ends, NOON, on=begins, at=NOON)


@pytest.mark.parametrize("text", ["", "no base64!", "c2hvcnQ=", "x" * 44])
def test_what_is_no_key_is_refused(text: str):
    with pytest.raises(KeyUnreadable):
        rules.public_key(text)


def logged(*steps: Step) -> list[LogEntry]:
    """A log with these steps, each about the same delivery."""
    entries, previous = [], rules.GENESIS
    delivery = str(UUID(int=7))
    receipt = rules.sign(rules.signed_text(delivery, attempt=1, digest="d"), THEIRS)
    for number, step in enumerate(steps, start=1):
        said = receipt if step == Step.ACKNOWLEDGED else ""
        entry = LogEntry(number, step.value, delivery, 1, "d", (1, 2), "", said, NOON, previous)
        entry = replace(entry, hash=rules.entry_hash(entry))
        entry = replace(entry, seal=rules.sign(entry.hash.encode(), OURS))
        entries.append(entry)
        previous = entry.hash
    return entries


def broken_at(entries: list[LogEntry]) -> int | None:
    return rules.broken_at(entries, platform=OURS.public_key(), consumer=THEIRS.public_key())


def test_a_log_shows_what_was_changed_removed_or_forged():
    whole = logged(Step.SENT, Step.FAILED, Step.SENT, Step.ACKNOWLEDGED)

    assert broken_at(whole) is None
    assert broken_at([*whole[:1], *whole[2:]]) == 2
    assert broken_at([whole[0], replace(whole[1], fault="HTTP 500"), *whole[2:]]) == 2
    assert broken_at([*whole[:3], replace(whole[3], receipt=whole[3].seal)]) == 4
    assert broken_at([replace(whole[0], seal=whole[1].seal), *whole[1:]]) == 1


def test_a_selection_is_by_division_and_category_of_the_code():
    assert rules.is_selected({"divisions": ["4501"]}, code="91450100MAC000017C")
    assert not rules.is_selected({"divisions": ["450102"]}, code="91450100MAC000017C")
    assert not rules.is_selected({"divisions": [], "categories": ["92"]}, code="91450100MAC000017C")
