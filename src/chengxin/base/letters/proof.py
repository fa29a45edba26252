"""The proof of delivery (送达回证) of a letter: when it was made, sent, delivered, read and fetched, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chengxin.base.casework import notices
from chengxin.base.casework import queries as casework
from chengxin.base.casework.rules import Handler
from chengxin.base.documents import statements
from chengxin.base.letters import queries, reaching
from chengxin.base.letters.models import DeliveryEvent, Letter, LetterDocument, LetterDownload
from chengxin.base.letters.policy import issuer
from chengxin.base.letters.rules import Channel

SCHEMA = "chengxin.letters.proof/1"
WRITTEN, MADE, READ, FETCHED, LOOKED = "written", "made", "read", "downloaded", "fetched-by-office"


@dataclass(frozen=True, slots=True)
class ProofLine:
    """One thing that happened: `what` is a state of a delivery, or one of the words above.

    `channel` is empty where the letter itself is meant; `to` is a masked address, the user name of who read or fetched
    it on the addressee's side, or the code of an organisation; `answer` is the server's.
    """

    at: datetime
    what: str
    channel: str = ""
    to: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A letter and what happened to it, first to last. `sha256` is of the signed PDF, empty while it is being made."""

    letter_id: int
    number: str
    title_zh: str
    title_en: str
    case_id: int | None
    notice_id: int
    written_at: datetime
    sha256: str
    lines: tuple[ProofLine, ...]

    @property
    def is_received(self) -> bool:
        """Whether someone on the addressee's side has opened it."""
        return any(line.what in (READ, FETCHED) for line in self.lines)


def proof_of(letter_id: int, *, actor: Handler, on: date) -> Proof:
    """The proof of one letter, for who may see it. Raises `NotFound`. Index: primary key, foreign keys."""
    return _proofs([queries.seen_letter(letter_id, actor=actor, on=on)], by=actor.name)[0]


def proofs_of_case(case_id: int, *, actor: Handler, on: date) -> tuple[Proof, ...]:
    """The proofs of the letters in a case, first to last. Raises `NotFound`. Index: `letter_case`, foreign keys."""
    casework.case(case_id, actor=actor, on=on)
    return tuple(_proofs(reaching.of_case(case_id, by=actor.name), by=actor.name))


def statement(proof: Proof, *, at: datetime) -> dict[str, Any]:
    """The proof as a signed statement that an authority can put in its file; see `docs/rules/letters.md`.

    Raises `SigningKeyUnusable`.
    """
    return statements.signed(
        {
            "schema": SCHEMA,
            "issuer": issuer().office_zh,
            "stated_at": at.isoformat(),
            "letter": {
                "number": proof.number,
                "title": proof.title_zh,
                "case": proof.case_id,
                "notice": proof.notice_id,
                "pdf_sha256": proof.sha256,
            },
            "events": [
                {
                    key: value
                    for key, value in (
                        ("at", line.at.isoformat()),
                        ("what", line.what),
                        ("channel", line.channel),
                        ("to", line.to),
                        ("answer", line.answer),
                    )
                    if value
                }
                for line in proof.lines
            ],
        },
        at=at,
    )


def _proofs(letters: Sequence[Letter], *, by: str) -> list[Proof]:
    ids = [letter.pk for letter in letters]
    made = {d.letter_id: d for d in LetterDocument.objects.filter(letter_id__in=ids)}
    reading = notices.readings([letter.notice_id for letter in letters], by=by)
    lines: dict[int, list[ProofLine]] = {letter.pk: [ProofLine(letter.written_at, WRITTEN)] for letter in letters}
    for letter in letters:
        if (document := made.get(letter.pk)) is not None:
            lines[letter.pk].append(ProofLine(document.made_at, MADE))
        if (read := reading.get(letter.notice_id)) is not None:
            lines[letter.pk].append(ProofLine(read[0], READ, Channel.INBOX.value, to=read[1]))
    for letter_id, line in [*_delivery_lines(ids), *_download_lines(ids)]:
        lines[letter_id].append(line)
    return [_proof(letter, made.get(letter.pk), lines[letter.pk]) for letter in letters]


def _delivery_lines(ids: list[int]) -> list[tuple[int, ProofLine]]:
    events = DeliveryEvent.objects.filter(delivery__letter_id__in=ids).select_related("delivery")
    return [
        (e.delivery.letter_id, ProofLine(e.at, e.state, e.delivery.channel, e.delivery.sent_to, e.answer))
        for e in events.order_by("pk")
    ]


def _download_lines(ids: list[int]) -> list[tuple[int, ProofLine]]:
    downloads = LetterDownload.objects.filter(letter_id__in=ids).order_by("pk")
    return [
        (d.letter_id, ProofLine(d.at, FETCHED if d.for_addressee else LOOKED, to=d.by_organisation_code or d.by_name))
        for d in downloads
    ]


def _proof(letter: Letter, document: LetterDocument | None, lines: list[ProofLine]) -> Proof:
    return Proof(
        letter_id=letter.pk,
        number=letter.number,
        title_zh=letter.title_zh,
        title_en=letter.title_en,
        case_id=letter.case_id,
        notice_id=letter.notice_id,
        written_at=letter.written_at,
        sha256=bytes(document.sha256).hex() if document else "",
        lines=tuple(sorted(lines, key=lambda line: line.at)),
    )
