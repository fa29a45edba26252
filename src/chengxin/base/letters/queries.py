"""Reads of letters and of how they reached those concerned.

A letter is seen by who can open its notice or its case; for all others there is none.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import get_language

from chengxin.base.casework import queries as casework
from chengxin.base.casework.rules import Handler, Party, keys_of
from chengxin.base.casework.services import PLATFORM
from chengxin.base.database.parts import all_rows
from chengxin.base.errors import NotFound
from chengxin.base.letters import reaching
from chengxin.base.letters.directory import directory
from chengxin.base.letters.models import Delivery, DeliveryEvent, Letter, Preference
from chengxin.base.letters.rules import WAITING


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter, its title in the language that is active. `size`: bytes of the PDF, None while it is being made."""

    id: int
    notice_id: int
    case_id: int | None
    number: str
    title: str
    written_at: datetime
    size: int | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A message about a letter, for those who run the platform; `sent_to` is masked, `answer` the server's last."""

    id: int
    number: str
    title: str
    channel: str
    state: str
    state_since: datetime
    queued_at: datetime
    attempts: int
    next_at: datetime | None
    sent_to: str
    answer: str


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Deliveries, newest first. `failed` and `waiting` count all of them, whatever the filter."""

    items: tuple[DeliveryRow, ...]
    total: int
    failed: int
    waiting: int


def seen_letter(letter_id: int, *, actor: Handler, on: date) -> Letter:
    """The letter, for who can open its notice or its case. Raises `NotFound`. Index: primary key."""
    found = reaching.one(letter_id, by=actor.name)
    if found is None:
        raise NotFound
    if not party_of(found).is_spoken_for_by(actor):
        if found.case_id is None:
            raise NotFound
        casework.case(found.case_id, actor=actor, on=on)
    return found


def letter(letter_id: int, *, actor: Handler, on: date) -> LetterRow:
    """The letter as its readers see it. Raises `NotFound`. Index: primary key."""
    return _row(seen_letter(letter_id, actor=actor, on=on))


def letters_of_case(case_id: int, *, actor: Handler, on: date) -> tuple[LetterRow, ...]:
    """The letters in a case, first to last. Raises `NotFound`. Index: `letter_case`."""
    casework.case(case_id, actor=actor, on=on)
    return tuple(map(_row, reaching.of_case(case_id, by=actor.name)))


def letters_of_notices(notice_ids: Iterable[int], *, actor: Handler) -> Mapping[int, LetterRow]:
    """The letters that these notices to `actor` tell of, by notice. Index: unique notice."""
    found = Letter.objects.select_related("document").filter(casework.to(actor), notice_id__in=list(notice_ids))
    with reaching.written_to(keys_of(actor), by=actor.name):
        return {row.notice_id: _row(row) for row in found}


def was_written(template: str, *, case_id: int) -> bool:
    """Whether a letter of that template was written in the case, for tasks that may repeat. Index: `letter_case`."""
    return any(found.template == template for found in reaching.of_case(case_id, by=PLATFORM.name))


def party_of(letter: Letter) -> Party:
    """Whom the letter is written to."""
    return Party(letter.organisation_id, letter.user_id, letter.represented)


def reads_english(letter: Letter, *, at: datetime) -> bool:
    """Whether someone who can open the letter wants English. Index: unique user."""
    return "en" in languages_of(directory().readers(party_of(letter), at=at)).values()


def languages_of(user_ids: Iterable[int]) -> dict[int, str]:
    """The languages that these people chose; who chose none is not in it. Index: unique user."""
    return dict(Preference.objects.filter(user_id__in=list(user_ids)).values_list("user_id", "language"))


def deliveries(*, state: str = "", channel: str = "", number: str = "", page: int = 1, size: int = 20) -> DeliveryPage:
    """Messages by e-mail and text, newest first; for those who run the platform, which the caller checks.

    Index: `delivery_state`, `delivery_latest`; unique number.
    """
    messages, shown = _messages(), _sent(state, channel, number)
    start = (page - 1) * size
    rows = _answered(shown).order_by("-queued_at", "-id")
    with reaching.overseeing():
        return DeliveryPage(
            items=tuple(_delivery_row(row) for row in rows[start : start + size]),
            total=shown.count(),
            failed=messages.filter(state="failed").count(),
            waiting=messages.filter(state__in=WAITING).count(),
        )


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _row(found: Letter) -> LetterRow:
    return LetterRow(
        id=found.pk,
        notice_id=found.notice_id,
        case_id=found.case_id,
        number=found.number,
        title=found.title_en if _english() else found.title_zh,
        written_at=found.written_at,
        size=found.document.size if hasattr(found, "document") else None,
    )


def all_deliveries(*, state: str = "", channel: str = "", number: str = "") -> Iterator[DeliveryRow]:
    """The same from the first to the last, read in parts. Index: as there."""
    return all_rows(
        _answered(_sent(state, channel, number)),
        "-queued_at",
        "-id",
        told=lambda part: map(_delivery_row, part),
        within=reaching.overseeing,
    )


def _messages() -> QuerySet[Delivery]:
    return Delivery.objects.filter(user_id__isnull=False)


def _sent(state: str, channel: str, number: str) -> QuerySet[Delivery]:
    chosen = {"state": state, "channel": channel, "letter__number": number}
    return _messages().filter(**{column: value for column, value in chosen.items() if value})


def _answered(found: QuerySet[Delivery]) -> QuerySet[Delivery]:
    last = DeliveryEvent.objects.filter(delivery=OuterRef("pk")).order_by("-pk").values("answer")[:1]
    return found.select_related("letter").annotate(answer=Subquery(last))


def _delivery_row(found: Delivery) -> DeliveryRow:
    return DeliveryRow(
        id=found.pk,
        number=found.letter.number,
        title=found.letter.title_en if _english() else found.letter.title_zh,
        channel=found.channel,
        state=found.state,
        state_since=found.state_since,
        queued_at=found.queued_at,
        attempts=found.attempts,
        next_at=found.next_at,
        sent_to=found.sent_to,
        answer=getattr(found, "answer", "") or "",
    )
