"""Writing to those whom a matter concerns: every step that the law wants in writing goes through `write`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from chengxin.base import policy, tasks
from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Handler, Party
from chengxin.base.clock import local_date
from chengxin.base.languages import InBoth
from chengxin.base.letters import making, queries, reaching, rules
from chengxin.base.letters.directory import Addressee, directory
from chengxin.base.letters.models import Delivery, DeliveryEvent, Letter, LetterDownload
from chengxin.base.letters.policy import numbering_on
from chengxin.base.letters.rules import Channel, DeliveryState
from chengxin.base.sealing import rules as sealing
from chengxin.base.sealing.keys import sealing_key


@dataclass(frozen=True, slots=True)
class LetterFile:
    """The signed PDF of a letter."""

    number: str
    pdf: bytes


@transaction.atomic
def write(
    template: str,
    *,
    to: Party,
    values: Mapping[str, str | InBoth],
    by: audit.Who,
    at: datetime,
    case_id: int | None = None,
) -> int:
    """Write the letter `template` (`room/code`: entry `code` of `policy/letters-room.yaml`) to `to`.

    The words and the number are fixed here, the notice lies in the inbox at once; the signed PDF and the messages
    follow as tasks. `values` fills the template's places: a text in both languages alike, `InBoth` in each its own.
    Returns the id of the notice. Raises `NoPolicy` for a template that does not apply on that day, `KeyError` for a
    place without a value.
    """
    room, code = template.split("/")
    entry = policy.entry_on(f"letters-{room}", code, local_date(at))
    title = _filled(entry.values["title"], values)
    body = _filled(entry.values["body"], values)
    notice_id = casework.send_notice(to, title=title, body=body, by=by, at=at, case_id=case_id)
    number = _next_number(room, at=at)
    with reaching.writing(to, by=by):
        letter = Letter.objects.create(
            notice_id=notice_id,
            case_id=case_id,
            number=number,
            template=template,
            policy=entry.version,
            organisation_id=to.organisation_id,
            user_id=to.user_id,
            represented=to.represented,
            addressee=_sealed(directory().addressee(to, at=at), number),
            title_zh=title.zh,
            title_en=title.en,
            body_zh=body.zh,
            body_en=body.en,
            written_at=at,
            written_by=by.name,
        )
    _lay_in_inbox(letter, by=by, at=at)
    audit.note("letters.written", number, by=by, at=at, notice=notice_id, case=case_id, policy=entry.version)
    tasks.defer("letters.make_document", letter_id=letter.pk)
    tasks.defer("letters.dispatch", letter_id=letter.pk)
    return notice_id


@transaction.atomic
def download(letter_id: int, *, by: Handler, at: datetime) -> LetterFile:
    """The signed PDF for one who may see the notice or its case; each download is kept as proof of delivery.

    Made here where the task has not come to it yet. Raises `NotFound`, `LetterLost`, `FontsMissing`,
    `SigningKeyUnusable`.
    """
    letter = queries.seen_letter(letter_id, actor=by, on=local_date(at))
    document = making.make_document(letter_id, at=at)
    pdf = making.pdf_of(document)
    LetterDownload.objects.create(
        letter=letter,
        at=at,
        by_name=by.name,
        by_user_id=by.user_id,
        by_organisation_code=by.organisation_code,
        for_addressee=queries.party_of(letter).is_spoken_for_by(by),
    )
    audit.note("letters.downloaded", letter.number, by=by, at=at, notice=letter.notice_id, case=letter.case_id)
    return LetterFile(letter.number, pdf)


def _filled(text: Mapping[str, str], values: Mapping[str, str | InBoth]) -> InBoth:
    zh = {place: value.zh if isinstance(value, InBoth) else value for place, value in values.items()}
    en = {place: value.en if isinstance(value, InBoth) else value for place, value in values.items()}
    return InBoth(text["zh"].format_map(zh), text["en"].format_map(en))


def _next_number(kind: str, *, at: datetime) -> str:
    """The next number of the series, without gaps: one that is rolled back is given again."""
    day = local_date(at)
    numbering = numbering_on(day)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO letters_counter (word, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (word, year) DO UPDATE SET last = letters_counter.last + 1 RETURNING last",
            [numbering.word_of(kind), day.year],
        )
        (number,) = cursor.fetchone()
    return rules.letter_number(numbering, kind, year=day.year, number=number)


def _sealed(addressee: Addressee, number: str) -> str:
    names = json.dumps({"zh": addressee.name_zh, "en": addressee.name_en}, ensure_ascii=False)
    return sealing.seal(names, key=sealing_key(), context=f"letter\x00{number}")


def _lay_in_inbox(letter: Letter, *, by: audit.Who, at: datetime) -> None:
    """The notice is delivered as it is sent: from the commit on, those who act for the addressee can open it."""
    state = DeliveryState.DELIVERED.value
    laid = Delivery.objects.create(
        letter=letter, channel=Channel.INBOX.value, queued_at=at, state=state, state_since=at
    )
    DeliveryEvent.objects.create(delivery=laid, state=state, at=at, by_name=by.name)
