"""Makes the signed PDF of a letter and keeps it sealed."""

import hashlib
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.casework.services import PLATFORM
from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.documents import signing, typesetting
from chengxin.base.documents.services import issue_document
from chengxin.base.errors import NotFound
from chengxin.base.letters import queries, reaching
from chengxin.base.letters.errors import LetterLost
from chengxin.base.letters.models import Letter, LetterDocument
from chengxin.base.letters.policy import issuer
from chengxin.base.sealing import rules as sealing
from chengxin.base.sealing.keys import sealing_key

TEMPLATE = Path(__file__).parent / "typst" / "letter.typ"
KIND = "letter"


@transaction.atomic
def make_document(letter_id: int, *, at: datetime) -> LetterDocument:
    """Typeset, sign and keep the PDF of a letter; one that is made already is given back as it is.

    Raises `NotFound`, `FontsMissing`, `SigningKeyUnusable`.
    """
    queue_behind(f"letter:{letter_id}")  # whoever downloads and the task may come at once
    letter = reaching.one(letter_id, by=PLATFORM.name)
    if letter is None:
        raise NotFound
    if (made := LetterDocument.objects.filter(letter=letter).first()) is not None:
        return made
    english = queries.reads_english(letter, at=at)
    pdf = signing.sign_pdf(
        typesetting.typeset(TEMPLATE, printed(letter, english=english), at=letter.written_at),
        reason=letter.title_zh,
        at=at,
    )
    document = LetterDocument.objects.create(
        letter=letter,
        file=_kept(letter, pdf),
        sha256=hashlib.sha256(pdf).digest(),
        size=len(pdf),
        has_english=english,
        made_at=at,
    )
    _enter(letter, pdf, english=english, at=at)
    return document


def _enter(letter: Letter, pdf: bytes, *, english: bool, at: datetime) -> None:
    words = f"{letter.title_zh}\n{letter.body_zh}".encode()
    issue_document(
        letter.number,
        kind=KIND,
        subject_code="",  # the register of documents names no one: the letter does
        subject_name="",
        content_sha256=hashlib.sha256(words).digest(),
        pdf=pdf,
        snapshot={},
        as_of=local_date(letter.written_at),
        language="en" if english else "zh-hans",
        check_code="",
        at=at,
    )
    audit.note("letters.made", letter.number, by=PLATFORM, at=at, sha256=hashlib.sha256(pdf).hexdigest())


def pdf_of(document: LetterDocument) -> bytes:
    """The PDF, byte for byte as it was signed. Raises `LetterLost`."""
    try:
        with default_storage.open(document.file, "rb") as file:
            pdf = sealing.unseal_bytes(file.read(), key=sealing_key(), context=f"letter\x00{document.letter_id}")
    except (OSError, sealing.SealBroken) as error:
        raise LetterLost from error
    if hashlib.sha256(pdf).digest() != bytes(document.sha256):
        raise LetterLost
    return pdf


def _kept(letter: Letter, pdf: bytes) -> str:
    """Where the sealed file lies; one that an unfinished attempt left behind stays beside it, unreferenced."""
    sealed = sealing.seal_bytes(pdf, key=sealing_key(), context=f"letter\x00{letter.pk}")
    return default_storage.save(f"letters/{letter.written_at:%Y/%m}/{letter.pk}.sealed", ContentFile(sealed))


def printed(letter: Letter, *, english: bool) -> dict[str, Any]:
    """What the template prints, JSON-ready: the Chinese page, and the English reading where someone wants it."""
    names, office = addressee_of(letter), issuer()
    day = local_date(letter.written_at)
    return {
        "number": letter.number,
        "demo": settings.DEMO,
        "seal": office.office_zh,
        "signed": f"{letter.written_at.astimezone(CITY_TIME):%Y-%m-%d %H:%M}",
        "site": office.site_zh,
        "zh": {
            "issuer": office.office_zh,
            "title": letter.title_zh,
            "addressee": names["zh"],
            "paragraphs": paragraphs(letter.body_zh),
            "day": f"{day.year}年{day.month}月{day.day}日",
        },
        "en": {
            "issuer": office.office_en,
            "title": letter.title_en,
            "addressee": names["en"] or names["zh"],
            "paragraphs": paragraphs(letter.body_en),
            "day": f"{day.day} {day:%B} {day.year}",
        }
        if english
        else None,
    }


def addressee_of(letter: Letter) -> dict[str, str]:
    """The names to which the letter was written, by language."""
    context = f"letter\x00{letter.number}"
    found: dict[str, str] = json.loads(sealing.unseal(letter.addressee, key=sealing_key(), context=context))
    return found


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text; long words may break anywhere, so that none runs out of the page."""
    broken = re.sub(r"[!-~]{40,}", lambda word: "\u200b".join(word[0]), text)
    return [line.strip() for line in broken.splitlines() if line.strip()]
