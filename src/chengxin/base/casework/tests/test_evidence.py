import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.attachments.errors import UploadsRefused
from chengxin.base.attachments.models import Attachment
from chengxin.base.attachments.tests.factories import archive, pdf, upload
from chengxin.base.audit.models import AuditEntry
from chengxin.base.casework import evidence, services
from chengxin.base.casework.errors import CaseIsClosed, NoFile
from chengxin.base.casework.models import Case
from chengxin.base.casework.tests.factories import (
    COLLEAGUE,
    LIBRARIAN,
    LIBRARY,
    NOON,
    OFFICE,
    OPERATOR,
    PARTIES,
    READER_HERSELF,
    STRANGER,
    checked,
    notices_sent,
    notices_to,
    opened,
)
from chengxin.base.errors import NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def added(case_id: int, by=READER_HERSELF, name: str = "照片.pdf"):
    return evidence.add_evidence(case_id, uploads=[upload(pdf(), name)], by=by, at=NOON)[0]


def test_each_party_adds_and_every_party_sees_and_opens_all():
    case_id = opened()

    hers, theirs = added(case_id), added(case_id, OPERATOR, "底稿.pdf")

    for reader in (READER_HERSELF, OPERATOR):
        assert [f.name for f in evidence.evidence_of(case_id, actor=reader, at=NOON)] == ["照片.pdf", "底稿.pdf"]
        for which in (hers, theirs):
            assert evidence.open_evidence(case_id, which, by=reader, at=NOON).content == pdf()


def test_the_other_parties_are_told_and_the_one_who_added_is_not():
    added(opened())

    told = [n for n in notices_to(*PARTIES.values()) if "证据材料" in n.title_zh]
    assert {(n.organisation_id, n.user_id) for n in told} == {(OFFICE, None), (LIBRARY, None)}


def test_a_stranger_neither_sees_nor_adds_nor_opens_and_nothing_is_noted():
    case_id = opened()
    file = added(case_id)
    before = AuditEntry.objects.count()

    with pytest.raises(NotFound):
        evidence.evidence_of(case_id, actor=STRANGER, at=NOON)
    with pytest.raises(NotFound):
        added(case_id, STRANGER)
    with pytest.raises(NotFound):
        evidence.open_evidence(case_id, file, by=STRANGER, at=NOON)
    assert (Attachment.objects.count(), AuditEntry.objects.count()) == (1, before)


def test_a_file_is_opened_through_its_own_case_alone():
    first, second = opened(), opened()
    file = added(first)

    with pytest.raises(NotFound):
        evidence.open_evidence(second, file, by=READER_HERSELF, at=NOON)


def test_a_closed_case_takes_no_more_and_still_shows_what_it_has():
    case_id = checked()
    file = added(case_id)
    services.take_step(case_id, "lend", by=COLLEAGUE, at=NOON)

    with pytest.raises(CaseIsClosed):
        added(case_id)
    assert [f.id for f in evidence.evidence_of(case_id, actor=READER_HERSELF, at=NOON)] == [file]


def test_nothing_chosen_is_said_so():
    with pytest.raises(NoFile):
        evidence.add_evidence(opened(), uploads=[], by=READER_HERSELF, at=NOON)


def test_one_bad_file_keeps_all_out_and_tells_nobody():
    case_id = opened()
    before = notices_sent()

    with pytest.raises(UploadsRefused):
        files = [upload(pdf()), upload(archive(), "b.zip")]
        evidence.add_evidence(case_id, uploads=files, by=READER_HERSELF, at=NOON)

    assert (Attachment.objects.count(), notices_sent()) == (0, before)


def test_evidence_moves_no_deadline_and_no_state():
    case_id = opened()
    before = Case.objects.values().get(pk=case_id)

    added(case_id)

    assert Case.objects.values().get(pk=case_id) == before


def test_a_party_without_a_step_of_its_own_does_not_see_the_case():
    case_id = opened()

    with pytest.raises(NotFound):
        evidence.evidence_of(case_id, actor=LIBRARIAN, at=NOON)


@given(st.integers(1, 10**9))
def test_each_case_files_under_its_own_reference(case_id):
    assert evidence.reference_of(case_id) == f"case-{case_id}"
