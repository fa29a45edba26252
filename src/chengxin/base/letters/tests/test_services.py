"""Writing: numbers, fixed words, the document, who may fetch it, and what every fetch leaves behind."""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import ProgrammingError, connection, transaction

from chengxin.base import clock
from chengxin.base.audit.models import AuditEntry
from chengxin.base.casework.rules import Party
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.database.context import acting
from chengxin.base.documents import queries as documents
from chengxin.base.documents.keys import signing_keys
from chengxin.base.errors import NotFound
from chengxin.base.letters import contacts, making, queries, services
from chengxin.base.letters.errors import LetterLost
from chengxin.base.letters.models import Delivery, Letter, LetterDocument, LetterDownload
from chengxin.base.letters.tests.factories import (
    ABOUT,
    COMPANY,
    NOON,
    deferred,
    letters,
    office,
    reader,
    written,
)
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.subjects.tests.factories import code, company

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


def read(pdf: bytes, tmp_path: Path) -> str:
    """The words of a PDF, as poppler reads them."""
    (tmp_path / "letter.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", tmp_path / "letter.pdf", "-"], capture_output=True, check=True)
    return re.sub(r"\s+", "", done.stdout.decode())


def checked(path: Path) -> str:
    """What poppler says of a PDF's signatures; it knows no code of ours."""
    return subprocess.run(["pdfsig", "-nocert", path], capture_output=True, check=False).stdout.decode()


def test_letters_are_numbered_in_their_own_series_from_one_in_each_year():
    numbers = [
        written("repair/refused").number,
        written("repair/granted").number,
        written("disputes/accepted", at=NOON).number,
        written("repair/refused", at=datetime(2026, 12, 31, 16, tzinfo=NOON.tzinfo)).number,  # new year in the city
    ]

    assert numbers == ["南信修字〔2026〕1号", "南信修字〔2026〕2号", "南信异字〔2026〕1号", "南信修字〔2027〕1号"]


def test_a_number_of_a_letter_that_was_rolled_back_is_given_again():
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        written()
        raise Stop

    assert written().number == "南信修字〔2026〕1号"


def test_letters_that_are_written_at_once_get_numbers_of_their_own(committed_db):
    def write(_: int) -> str:
        try:
            return written().number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(write, range(12)))

    assert sorted(numbers) == sorted(f"南信修字〔2026〕{n}号" for n in range(1, 13))


def test_a_letter_lies_in_the_inbox_at_once_and_its_document_follows_as_a_task():
    letter = written()

    [notice] = told_to(ABOUT)
    assert (notice.represented, notice.title_zh) == (ABOUT, "不予信用修复决定书")
    assert (letter.title_zh, letter.body_zh, letter.body_en) == (notice.title_zh, notice.body_zh, notice.body_en)
    assert list(letter.deliveries.values_list("channel", "state")) == [("inbox", "delivered")]
    assert deferred("letters.make_document") == [{"letter_id": letter.pk}]
    assert deferred("letters.dispatch") == [{"letter_id": letter.pk}]
    assert AuditEntry.objects.get(action="letters.written").object == letter.number


def test_a_place_without_a_value_writes_nothing():
    with pytest.raises(KeyError):
        services.write("repair/refused", to=COMPANY, values={}, by=office(), at=NOON)

    assert not letters()
    assert not told_to(ABOUT)


def test_the_document_says_what_the_letter_says(tmp_path):
    company("南宁虚构商行")
    letter = written(to=Party(represented=f"subject:{code(1)}"))

    text = read(making.pdf_of(making.make_document(letter.pk, at=NOON)), tmp_path)

    for words in (
        letter.number,
        "南宁虚构商行：",
        "不予信用修复决定书",
        "罚款尚未缴清（虚构）",
        "行政复议",
        "2026年9月1日",
        "南宁市社会信用体系建设工作领导小组办公室",
    ):
        assert words in text
    assert "Englishtranslation" not in text


def test_an_english_reading_follows_where_a_reader_wants_it_and_says_that_it_is_not_authentic(tmp_path):
    contacts.speak("en", by=reader(), at=NOON)
    letter = written()

    document = making.make_document(letter.pk, at=NOON)

    text = read(making.pdf_of(document), tmp_path)
    assert document.has_english
    assert text.index("不予信用修复决定书") < text.index("Englishtranslation") < text.index("administrativereview")
    assert "notauthentic" in text


def test_the_demo_says_on_paper_that_it_is_made_up(tmp_path, settings):
    settings.DEMO = True

    text = read(making.pdf_of(making.make_document(written().pk, at=NOON)), tmp_path)

    assert "（虚构）" in text
    assert "演示：内容均为虚构" in text


def test_poppler_finds_the_signature_valid_and_the_whole_document_signed(tmp_path):
    pdf = making.pdf_of(making.make_document(written().pk, at=clock.now()))
    (tmp_path / "letter.pdf").write_bytes(pdf)

    told = checked(tmp_path / "letter.pdf")

    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told


def test_poppler_finds_a_changed_letter_out(tmp_path):
    pdf = bytearray(making.pdf_of(making.make_document(written().pk, at=clock.now())))
    pdf[len(pdf) // 3] ^= 1
    (tmp_path / "letter.pdf").write_bytes(pdf)

    told = checked(tmp_path / "letter.pdf")

    assert "Signature is Valid" not in told


def test_openssl_traces_the_signers_certificate_to_the_root(tmp_path):
    from cryptography.hazmat.primitives.serialization import Encoding

    keys = signing_keys(at=clock.now())
    (tmp_path / "root.pem").write_bytes(keys.roots[0].public_bytes(Encoding.PEM))
    (tmp_path / "own.pem").write_bytes(keys.chain[0].public_bytes(Encoding.PEM))

    command = ["openssl", "verify", "-CAfile", tmp_path / "root.pem", tmp_path / "own.pem"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_making_it_again_gives_the_same_document():
    letter = written()

    first = making.make_document(letter.pk, at=NOON)
    again = making.make_document(letter.pk, at=NOON + A_DAY)

    assert (again.pk, bytes(again.sha256)) == (first.pk, bytes(first.sha256))
    assert LetterDocument.objects.count() == 1
    assert AuditEntry.objects.filter(action="letters.made").count() == 1


def test_the_file_at_rest_is_sealed_and_a_changed_one_is_not_given_out():
    document = making.make_document(written().pk, at=NOON)
    path = Path(default_storage.path(document.file))
    assert b"%PDF" not in path.read_bytes()

    path.write_bytes(path.read_bytes()[:-1] + b"x")

    with pytest.raises(LetterLost):
        making.pdf_of(document)


def test_the_register_of_documents_knows_the_letter_and_names_no_one():
    letter = written()
    pdf = making.pdf_of(making.make_document(letter.pk, at=NOON))

    found = documents.by_pdf(pdf)

    assert found is not None
    assert (found.number, found.kind) == (letter.number, "letter")
    assert (found.subject_code, found.subject_name) == ("", "")


def test_a_download_is_kept_as_proof_and_noted():
    by = reader()
    letter = written()

    fetched = services.download(letter.pk, by=by, at=NOON + A_DAY)

    assert fetched.number == letter.number
    assert fetched.pdf.startswith(b"%PDF-")
    kept = LetterDownload.objects.get()
    assert (kept.letter_id, kept.by_name, kept.for_addressee, kept.at) == (letter.pk, "liang", True, NOON + A_DAY)
    assert AuditEntry.objects.get(action="letters.downloaded").object == letter.number


STRANGERS = {
    "another company": lambda: reader("other", about="subject:other"),
    "who may only see": lambda: reader("seer", scopes=(Scope.SEE,)),
    "an official without the case": office,
}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
def test_nobody_else_fetches_a_letter_and_nothing_is_kept(stranger):
    letter = written()

    with pytest.raises(NotFound):
        services.download(letter.pk, by=stranger(), at=NOON)

    assert not LetterDownload.objects.exists()
    assert not LetterDocument.objects.exists()


def test_letters_stand_beside_the_notices_that_tell_of_them():
    by = reader()
    letter = written()

    assert queries.letters_of_notices([letter.notice_id], actor=by)[letter.notice_id].number == letter.number
    assert queries.letters_of_notices([letter.notice_id], actor=office()) == {}


def test_the_addressees_name_is_sealed():
    company("南宁虚构商行")
    letter = written(to=Party(represented=f"subject:{code(1)}"))

    assert "虚构商行" not in letter.addressee
    assert making.addressee_of(letter) == {"zh": "南宁虚构商行", "en": "南宁虚构商行"}


@pytest.mark.parametrize("model", [Letter, LetterDocument, LetterDownload, Delivery])
@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_keeps_what_was_written_made_and_fetched(model, act):
    services.download(written().pk, by=reader(), at=NOON)
    rows = model.objects.all()

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows.update(letter_id=0) if act == "update" and model is not Letter else (
            rows.update(body_zh="x") if act == "update" else rows._raw_delete("default")
        )


def test_values_with_long_words_stay_on_the_page():
    assert making.paragraphs("a" * 50 + "\n\n 第二段 ")[1] == "第二段"
    assert "\u200b" in making.paragraphs("a" * 50)[0]


def test_beneath_the_application_a_letter_is_seen_by_those_who_name_it_its_case_or_its_addressee_for_a_purpose():
    letter = written()
    other = written(to=Party(represented="subject:other"))

    def seen(purpose: str, about: str) -> list[int]:
        with acting(actor="a", purpose=purpose, basis="b", about=about), connection.cursor() as cursor:
            cursor.execute("SELECT id FROM letters_letter ORDER BY id")
            return [row[0] for row in cursor.fetchall()]

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM letters_letter")
        assert cursor.fetchone() == (0,)
    assert seen("audit", COMPANY.key) == []
    assert seen("letters", "") == []
    assert seen("letters", "represented:nobody,case:99") == []
    assert seen("letters", COMPANY.key) == [letter.pk]
    assert seen("letters", f"letter:{other.pk}") == [other.pk]
    assert seen("letter-deliveries", "") == [letter.pk, other.pk]
