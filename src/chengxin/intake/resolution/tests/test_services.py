"""Rows without a code: nothing is lost, what is certain is tied, what is not waits, and everything can be undone."""

import json

import pytest
from django.db import ProgrammingError, connection, transaction

from chengxin.base.casework.rules import Party
from chengxin.base.casework.tests.factories import notices_to
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.intake.collection.models import RowWithoutCode
from chengxin.intake.collection.tests.factories import MARKET, company, hand_in_rows, officer
from chengxin.intake.resolution import learning, queries, services
from chengxin.intake.resolution.errors import (
    NotProposed,
    NotReleasable,
    NotWaiting,
    OwnProposal,
    ReasonMissing,
    TooFewDecisions,
    UnknownCandidate,
)
from chengxin.intake.resolution.models import Decision, Waiting, WeightsVersion
from chengxin.intake.resolution.rules import State
from chengxin.intake.resolution.tests.factories import (
    AT,
    KNOWN,
    NAME,
    TODAY,
    handed_in,
    honour,
    official,
    register,
    subject_numbered,
)
from chengxin.intake.resolution.weighing import as_written
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records.models import Record

pytestmark = pytest.mark.django_db
CLERK, REVIEWER = Role.CREDIT_OFFICE_OPERATOR, Role.CREDIT_OFFICE_REVIEWER


def honours_of(number: int, *, present: bool = True) -> list[Record]:
    found = Record.objects.filter(subject_id=subject_numbered(number), item="honour")
    return list(found.filter(known_until=None) if present else found.order_by("version"))


def deferred(name: str) -> list[dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = %s", [name])
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_a_row_without_a_code_is_kept_as_it_came_and_looked_for_later(tmp_path):
    result = hand_in_rows(tmp_path, honour(1), honour(2, SUBJECT_CODE=company(1)), item="honour", by=MARKET, at=AT)

    assert (result.rows, result.accepted, result.waiting, result.rejected) == (2, 1, 1, 0)
    kept = RowWithoutCode.objects.get(submission=result.submission)
    assert (kept.row, kept.values["SUBJECT_NAME"]) == (1, NAME)
    assert deferred("resolution.resolve") == [{"submission_id": result.submission}]


def test_a_certain_row_is_tied_by_itself_and_becomes_a_record_of_its_provider(tmp_path):
    register(tmp_path)
    written = honour(SUBJECT_NAME="恒豐(南寧)建工有限责任公司（虚构）", LEGAL_REPRESENTATIVE="韦某安")

    _, [row] = handed_in(tmp_path, written)

    [record] = honours_of(1)
    assert row.state == State.TIED
    assert (record.payload["SUBJECT_NAME"], record.payload["SUBJECT_CODE"]) == (NAME, company(1))
    assert record.provider.code == MARKET
    told = queries.row_detail(row.pk, by=official())
    assert [(d.act, d.is_automatic, d.code) for d in told.decisions] == [("tied", True, company(1))]
    assert told.values["SUBJECT_NAME"] == written["SUBJECT_NAME"]


def test_looking_again_changes_nothing(tmp_path):
    register(tmp_path)
    submission, [row] = handed_in(tmp_path, honour(LEGAL_REPRESENTATIVE="韦某安"))

    assert services.resolve(submission, at=AT) == 0

    assert Waiting.objects.get().pk == row.pk
    assert Decision.objects.count() == 1


def test_a_doubtful_row_waits_with_its_candidates_and_an_unknown_one_without(tmp_path):
    register(tmp_path)

    _, [doubtful, unknown] = handed_in(
        tmp_path, honour(1, SUBJECT_NAME="南宁恒风建筑工程（虚构）"), honour(2, SUBJECT_NAME="柳州无名铸造厂（虚构）")
    )

    assert (doubtful.state, unknown.state) == (State.WAITING, State.WAITING)
    assert {c.subject_id for c in doubtful.candidates.all()} >= {subject_numbered(1), subject_numbered(3)}
    assert unknown.candidates.count() == 0
    assert Record.objects.filter(item="honour").count() == 0


def test_sole_traders_are_never_candidates(tmp_path):
    from chengxin.intake.collection.tests.factories import APPROVAL, registration, trader

    shop = registration(1, SUBJECT_NAME="南宁恒丰米粉店（虚构）", SUBJECT_CODE=trader(1), ENTITY_KIND="个体工商户")
    hand_in_rows(tmp_path, shop, item="entity-registration", by=APPROVAL, at=AT)

    _, [row] = handed_in(tmp_path, honour(SUBJECT_NAME="南宁恒丰米粉店（虚构）"))

    assert (row.state, row.candidates.count()) == (State.WAITING, 0)
    with pytest.raises(UnknownCandidate):
        services.tie(row.pk, code=trader(1), by=official(), at=AT)


def test_an_official_ties_a_doubtful_row_and_can_undo_it_with_everything_that_followed(tmp_path):
    register(tmp_path)
    _, [row] = handed_in(tmp_path, honour(SUBJECT_NAME="南宁恒风建筑工程（虚构）"))

    services.tie(row.pk, subject_id=subject_numbered(3), by=official(), at=AT)
    [record] = honours_of(3)
    services.release(row.pk, by=official(), at=AT, reason="代码核实为另一家（虚构）")

    row.refresh_from_db()
    assert (row.state, honours_of(3)[0].state) == (State.WAITING, "withdrawn")
    told = deferred("exchange.announce")
    assert [(t["natural_key"], t["change"]) for t in told] == [(str(record.natural_key), "withdrawn")]
    services.tie(row.pk, code=company(1), by=official(), at=AT)
    assert [r.state for r in honours_of(1)] == ["in-force"]
    assert [d.act for d in queries.row_detail(row.pk, by=official()).decisions] == ["tied", "released", "tied"]


def test_a_release_is_undone_by_tying_again_and_the_record_is_back_as_it_was(tmp_path):
    register(tmp_path)
    _, [row] = handed_in(tmp_path, honour(LEGAL_REPRESENTATIVE="韦某安"))
    services.release(row.pk, by=official(), at=AT, reason="误以为有误（虚构）")

    services.tie(row.pk, subject_id=subject_numbered(1), by=official(), at=AT)

    assert [(r.version, r.state) for r in honours_of(1, present=False)] == [
        (1, "in-force"), (2, "withdrawn"), (3, "in-force"),
    ]  # fmt: skip


def test_a_record_that_its_provider_handed_in_with_the_code_stays_when_the_tie_is_undone(tmp_path):
    register(tmp_path)
    hand_in_rows(tmp_path, honour(SUBJECT_CODE=company(1)), item="honour", by=MARKET, at=AT)
    _, [row] = handed_in(tmp_path, honour())
    assert row.state == State.TIED

    services.release(row.pk, by=official(), at=AT, reason="重复（虚构）")

    assert [(r.version, r.state) for r in honours_of(1)] == [(1, "in-force")]


def test_a_row_that_is_nobodys_goes_back_to_its_provider_who_is_told_why(tmp_path):
    _, [row] = handed_in(tmp_path, honour())

    services.return_row(row.pk, by=official(), at=AT, reason="名称查无登记（虚构）")

    row.refresh_from_db()
    assert row.state == State.RETURNED
    assert "名称查无登记" in notices_to(Party(organisation_id=row.provider_id))[0].body_zh
    [own], total = queries.rows_of_submission(row.row.submission_id)
    assert (total, own.state, own.reason, own.code) == (1, "returned", "名称查无登记（虚构）", "")


@pytest.mark.parametrize("who", [officer, lambda: official(Role.AUDITOR), lambda: official(Role.ADMINISTRATOR)])
def test_who_may_not_resolve_is_refused_and_nothing_changes(tmp_path, who):
    register(tmp_path)
    _, [row] = handed_in(tmp_path, honour(SUBJECT_NAME="南宁恒风建筑工程（虚构）"))
    by = who()

    for act in (
        lambda: services.tie(row.pk, code=company(1), by=by, at=AT),
        lambda: services.return_row(row.pk, by=by, at=AT, reason="不"),
        lambda: services.release(row.pk, by=by, at=AT, reason="不"),
        lambda: queries.row_detail(row.pk, by=by),
        lambda: queries.waiting_rows(by=by),
        lambda: learning.propose_weights(by=by, at=AT),
    ):
        with pytest.raises(NotPermitted):
            act()

    assert (Waiting.objects.get().state, Decision.objects.count()) == (State.WAITING, 0)


def test_what_makes_no_sense_is_refused_with_a_reason_and_nothing_changes(tmp_path):
    register(tmp_path)
    _, [tied, open_row] = handed_in(
        tmp_path, honour(1, LEGAL_REPRESENTATIVE="韦某安"), honour(2, SUBJECT_NAME="南宁恒风建筑工程（虚构）")
    )
    by = official()

    for error, act in (
        (NotWaiting, lambda: services.tie(tied.pk, code=company(2), by=by, at=AT)),
        (NotWaiting, lambda: services.return_row(tied.pk, by=by, at=AT, reason="不")),
        (ReasonMissing, lambda: services.release(tied.pk, by=by, at=AT, reason=" ")),
        (NotReleasable, lambda: services.release(open_row.pk, by=by, at=AT, reason="不")),
        (UnknownCandidate, lambda: services.tie(open_row.pk, subject_id=subject_numbered(4), by=by, at=AT)),
        (UnknownCandidate, lambda: services.tie(open_row.pk, code="91450100XX", by=by, at=AT)),
        (UnknownCandidate, lambda: services.tie(open_row.pk, by=by, at=AT)),
        (ReasonMissing, lambda: services.return_row(open_row.pk, by=by, at=AT, reason="")),
        (NotFound, lambda: services.tie(10**9, code=company(1), by=by, at=AT)),
    ):
        with pytest.raises(error):
            act()

    assert sorted(Waiting.objects.values_list("state", flat=True)) == [State.TIED, State.WAITING]
    assert Decision.objects.count() == 1


def test_decisions_lead_to_weights_that_apply_only_when_another_official_agrees(tmp_path):
    register(tmp_path)
    names = [honour(n, SUBJECT_NAME="南宁恒风建筑工程（虚构）") for n in range(1, 22)]
    _, rows = handed_in(tmp_path, *names)
    clerk, reviewer = official(), official(REVIEWER, 802)
    with pytest.raises(TooFewDecisions):
        learning.propose_weights(by=clerk, at=AT)
    for row in rows:
        services.tie(row.pk, subject_id=subject_numbered(1), by=clerk, at=AT)

    number = learning.propose_weights(by=clerk, at=AT)

    assert queries.weights_in_force(on=TODAY)[0] == 0
    with pytest.raises(NotPermitted):
        learning.put_in_force(number, by=clerk, at=AT)
    learning.put_in_force(number, by=reviewer, at=AT)
    now, weights = queries.weights_in_force(on=TODAY)
    before = queries.weights_numbered(0, on=TODAY)
    [told] = queries.weight_versions(by=reviewer)
    assert (now, told.state, told.learned_from) == (1, "in-force", 21)
    assert told.agreed_after >= told.agreed_before
    assert weights.levels["brand"]["one-character"] > before.levels["brand"]["one-character"] or weights != before
    with pytest.raises(NotProposed):
        learning.refuse(number, by=reviewer, at=AT, reason="晚了")


def test_who_proposed_weights_cannot_decide_about_them(tmp_path):
    register(tmp_path)
    _, rows = handed_in(tmp_path, *(honour(n, SUBJECT_NAME="南宁恒风建筑工程（虚构）") for n in range(1, 21)))
    reviewer = official(REVIEWER, 802)
    for row in rows:
        services.tie(row.pk, subject_id=subject_numbered(1), by=reviewer, at=AT)
    number = learning.propose_weights(by=reviewer, at=AT)

    with pytest.raises(OwnProposal):
        learning.put_in_force(number, by=reviewer, at=AT)

    assert WeightsVersion.objects.get().state == "proposed"


def test_what_was_weighed_before_a_comparison_came_stays_as_it_was_weighed(tmp_path):
    register(tmp_path)
    _, [row] = handed_in(tmp_path, honour(SUBJECT_NAME="南宁恒风建筑工程（虚构）"))
    shipped = queries.weights_numbered(0, on=TODAY)
    levels = {c: worth for c, worth in as_written(shipped).items() if c != "rarity"}
    WeightsVersion.objects.create(
        number=1,
        levels=levels,
        absent=0.5,
        learned_from=20,
        agreed_before=1,
        agreed_after=1,
        proposed_at=AT,
        proposed_by="",
        proposed_by_id=1,
    )
    older = row.candidates.first()
    older.pk, older.subject_id = None, subject_numbered(4)
    older.levels.pop("rarity")
    older.save(force_insert=True)

    weights = queries.weights_numbered(1, on=TODAY)
    assert (weights.levels["rarity"], weights.absent) == (shipped.levels["rarity"], 0.5)
    told = {c.subject_id: set(c.bits) for c in queries.row_detail(row.pk, by=official()).candidates}
    assert told.pop(older.subject_id) == set(levels)
    assert all("rarity" in bits for bits in told.values())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE resolution_decision SET act = 'x'",
        "DELETE FROM resolution_waiting",
        "UPDATE collection_rowwithoutcode SET row = 2",
        "UPDATE resolution_weightsversion SET levels = '{}'",
    ],
)
def test_the_application_cannot_rewrite_what_was_decided(statement):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_small_register_is_fictional():
    assert all("（虚构）" in name for _, name, _, _ in KNOWN)
