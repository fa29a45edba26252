"""What was answered about a natural person is read again in the person's sight, and by who checked alone."""

from datetime import timedelta
from pathlib import Path

import pytest

from chengxin.base.casework.tests.factories import told_to
from chengxin.base.errors import NotFound
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.tests.factories import arrived_person, entered
from chengxin.regulation.measures import queries, rereading, runs, services
from chengxin.regulation.measures.tests.factories import APPROVAL_BUREAU, NOON, credit_office, official, representative
from chengxin.rights.consent import queries as consent
from chengxin.rights.consent import reading
from chengxin.rights.consent import services as consents

pytestmark = pytest.mark.django_db
MATTER = "registration-of-posts"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def about(tmp_path: Path) -> str:
    """A person on a list of the region."""
    return arrived_person(tmp_path)


def checked() -> queries.ReceiptRow:
    """The receipt of a check of that person by the approval bureau."""
    (found,) = services.check(
        [files.citizen(1)], matter=MATTER, by=official(APPROVAL_BUREAU), at=NOON, door=services.SCREEN
    )
    assert found.restrictions
    return found


def looks(about: str) -> list[consent.AccessRow]:
    """The later looks that the person sees, the latest first."""
    every = consent.access_log_of(about, by=representative(about))
    return [entry for entry in every if entry.purpose == rereading.PURPOSE]


def read(found: queries.ReceiptRow, by=None, at=LATER) -> queries.ReceiptRow:
    return rereading.read_receipt(found.id, by=by or official(APPROVAL_BUREAU), door=services.SCREEN, at=at)


def test_a_later_look_at_a_persons_receipt_stands_in_the_persons_log_with_who_when_and_why(about):
    found = checked()

    assert read(found).restrictions[0].measure.code == found.restrictions[0].measure.code
    (look,) = looks(about)
    assert (look.at, look.records, look.door) == (LATER, 1, services.SCREEN)
    assert "审批局" in look.organisation_zh
    assert look.basis.endswith(f"({found.matter.version})")


def test_who_asked_reads_the_answer_itself_without_a_second_entry_and_a_colleague_with_one(about):
    found = checked()
    soon = NOON + timedelta(minutes=1)

    read(found, at=soon)
    assert looks(about) == []
    read(found, by=official(APPROVAL_BUREAU, user_id=904), at=soon)
    assert len(looks(about)) == 1


def test_who_wants_to_know_of_each_read_is_told_of_a_later_look(about):
    found = checked()
    consents.wish_notices(about, wanted=True, by=representative(about), at=NOON)

    read(found)

    assert str(reading.LOOKED) in [n.title_zh for n in told_to(about)]


def test_the_credit_office_sees_that_a_person_was_checked_and_not_what_was_answered(about):
    seen = read(checked(), by=credit_office())

    assert (seen.is_hidden, seen.measures, seen.organisation_code) == (True, (), APPROVAL_BUREAU)
    assert looks(about) == []


def test_nobody_else_finds_the_receipt(about):
    with pytest.raises(NotFound):
        read(checked(), by=official())


def test_a_list_and_its_export_hold_nothing_of_what_was_answered_about_persons(about):
    checked()
    bureau = official(APPROVAL_BUREAU)

    rows, total = queries.receipts_of(bureau, page=1, size=10)
    assert ([(r.is_hidden, r.measures, r.is_open) for r in rows], total) == ([(True, (), True)], 1)
    assert list(queries.all_receipts_of(bureau)) == list(rows)
    assert looks(about) == []


def test_each_later_fetching_of_a_files_result_stands_in_the_log_of_each_person_once(about, tmp_path: Path, settings):
    settings.MEDIA_ROOT = str(tmp_path)
    path, bureau = tmp_path / "codes.csv", official(APPROVAL_BUREAU)
    path.write_text(f"{files.citizen(1)}\n{files.citizen(2)}\n{code(1)}\n")
    run_id = services.start_file(path, filename="codes.csv", matter=MATTER, by=bureau, at=NOON)
    services.check_file(run_id, at=NOON)
    run = runs.run_of(run_id, by=bureau)

    for at in (NOON + timedelta(minutes=1), LATER):
        rows = list(rereading.read_run(run, by=bureau, door=services.API, at=at))
        assert [bool(row.restrictions) for row in rows] == [True, False, False]

    (look,) = looks(about)
    assert (look.at, look.door) == (LATER, services.API)


def test_a_later_look_at_a_pasted_list_stands_in_the_log_of_each_person_in_it(about):
    bureau = official(APPROVAL_BUREAU)
    codes = [code(1), files.citizen(1)]
    first, _ = services.check(codes, matter=MATTER, by=bureau, at=NOON, door=services.SCREEN)

    for at in (NOON, LATER):
        rows = rereading.read_list(first.id, by=bureau, door=services.SCREEN, at=at)
        assert [bool(row.restrictions) for row in rows] == [False, True]
    assert [look.at for look in looks(about)] == [LATER]
    with pytest.raises(NotFound):
        rereading.read_list(first.id, by=credit_office(), door=services.SCREEN, at=LATER)


def test_a_look_at_a_companys_receipt_leaves_no_entry():
    company("南宁虚构贸易有限公司", 1)
    entered(about_subject(code(1)), "serious-tax")
    found = services.check([code(1)], matter="government-procurement", by=official(), at=NOON, door=services.SCREEN)[0]

    assert read(found, by=official()).restrictions
    assert read(found, by=credit_office()).restrictions
    assert looks(about_subject(code(1))) == []
