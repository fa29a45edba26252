"""Papers of a case about someone: who handles it gets them, and the one concerned sees that they were looked at."""

from pathlib import Path
from uuid import UUID

import pytest

from chengxin.base.errors import NotFound
from chengxin.base.letters.tests.factories import letters
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.rights.consent import papers, queries, reading, services
from chengxin.rights.consent.tests.factories import NOON, bank, granted, penalised, resident
from chengxin.rights.repair.tests.factories import officer, official

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(tmp_path: Path, settings) -> str:
    settings.MEDIA_ROOT = tmp_path / "files"
    return penalised(tmp_path)


@pytest.fixture
def complaint(about: str) -> int:
    reading.authorised_read(granted(about), by=bank(), door=reading.SCREEN, at=NOON)
    [entry] = queries.access_log_of(about, by=resident(about))
    return services.complain(entry.id, about=about, statement="没有申请过贷款（虚构）", by=resident(about), at=NOON)


def office():
    return official(Role.CREDIT_OFFICE_OPERATOR, accounts.credit_office().code, 702)


def looked(about: str) -> list[tuple[str, list[str]]]:
    """What the resident's log says of the papers."""
    rows = queries.access_log_of(about, by=resident(about), purpose=papers.PURPOSE)
    return [(row.organisation_zh, list(row.fields)) for row in rows]


def test_a_persons_letter_and_its_proof_that_an_official_fetches_stand_in_the_persons_log(about, complaint):
    (letter,) = letters(case_id=complaint)

    assert papers.letter_file(letter.pk, by=office(), at=NOON).pdf.startswith(b"%PDF")
    assert papers.letter_proof(letter.pk, by=office(), at=NOON).number == letter.number

    name = accounts.credit_office().name_zh
    assert sorted(looked(about)) == [(name, [papers.PROOF]), (name, [papers.LETTER])]


def test_what_the_person_fetches_alone_stands_in_no_log(about, complaint):
    (letter,) = letters(case_id=complaint)

    papers.letter_file(letter.pk, by=resident(about), at=NOON)

    assert looked(about) == []


def test_who_has_no_part_in_the_case_gets_nothing_and_nothing_is_logged(about, complaint):
    (letter,) = letters(case_id=complaint)

    for fetch in (papers.letter_file, papers.letter_proof):
        with pytest.raises(NotFound):
            fetch(letter.pk, by=officer(), at=NOON)
    with pytest.raises(NotFound):
        papers.case_file(complaint, UUID(int=0), by=officer(), at=NOON)

    assert looked(about) == []
