import hashlib
from datetime import date

import pytest
from django.db import ProgrammingError, transaction

from chengxin.base.documents import queries
from chengxin.base.documents.models import IssuedDocument
from chengxin.base.documents.services import issue_document
from chengxin.base.documents.tests.factories import NOW

pytestmark = pytest.mark.django_db


def issued(number: str = "XY1", pdf: bytes = b"%PDF-1") -> None:
    issue_document(
        number,
        kind="test",
        subject_code="91",
        subject_name="虚构",
        content_sha256=bytes(32),
        pdf=pdf,
        snapshot={"records": []},
        as_of=date(2026, 11, 23),
        language="zh-hans",
        check_code="7QK2M8RA",
        at=NOW,
    )


def test_an_issued_document_is_found_by_number_and_by_its_bytes():
    issued()

    found = queries.by_number("XY1")

    assert found is not None
    assert found.pdf_sha256 == hashlib.sha256(b"%PDF-1").digest()
    assert queries.by_pdf(b"%PDF-1") == found
    assert queries.by_pdf(b"%PDF-2") is None
    assert queries.issued_for("91") == (found,)


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_lets_the_application_neither_change_nor_remove_it(act: str):
    issued()
    rows = IssuedDocument.objects.filter(number="XY1")

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows.update(subject_name="x") if act == "update" else rows._raw_delete("default")

    assert queries.by_number("XY1").subject_name == "虚构"
