"""Reads for those who have a part in it: the facts of a case, an authority's entries, a subject's own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chengxin.base.casework import queries as casework
from chengxin.base.clock import local_date
from chengxin.base.database.parts import all_rows
from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor, Scope
from chengxin.regulation.lists import hearing, policy, queries, rules
from chengxin.regulation.lists.models import EntryEvent, ListEntry, NoticeService, Proposal, Removal
from chengxin.regulation.lists.rules import Exit, ListTerms


@dataclass(frozen=True, slots=True)
class MatterRow:
    """What a case of this room is about; `exit` and `grounds` where it is about leaving the list.

    `remains`: it stands, or is hidden for a time because of `hidden`. `ended`, `ended_on`: how and on which day the
    entry left its list, first day off it; empty and None while it remains. `may_ask_hearing`, `hearing_until`: whether
    the subject may still ask for a hearing, and the last day of it.
    """

    terms: ListTerms
    authority_code: str
    entry_id: int | None
    facts: str
    evidence: str
    months: int
    served_on: date | None
    way: str
    decision_number: str
    in_force_from: date | None
    in_force_until: date | None
    stands: bool
    remains: bool
    hidden: str
    exit: str
    grounds: str
    ended: str
    ended_on: date | None
    may_ask_hearing: bool
    hearing_until: date | None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of the city's with whether it stands, and the first day on which its subject may apply to leave.

    `remains`, `hidden`, `ended`, `ended_on`: as above.
    """

    id: int
    case_id: int
    terms: ListTerms
    subject_name: str
    about: str
    decision_number: str
    authority_name_zh: str
    authority_name_en: str
    in_force_from: date
    in_force_until: date
    stands: bool
    remains: bool
    hidden: str
    early_from: date | None
    ended: str
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class EntryRows:
    """One page of them."""

    items: tuple[EntryRow, ...]
    total: int


def matter_of_case(case_id: int, *, actor: Actor, at: datetime) -> MatterRow:
    """The facts of a case, for those who have a part in it. Raises `NotFound`. Index: unique case."""
    is_closed = casework.case(case_id, actor=actor, on=local_date(at)).closed_at is not None
    removal = Removal.objects.select_related("entry__proposal").filter(case_id=case_id).first()
    proposal = removal.entry.proposal if removal else Proposal.objects.filter(case_id=case_id).first()
    if proposal is None:
        raise NotFound
    terms = policy.list_named(proposal.policy)
    if terms is None:
        raise NotFound
    service = NoticeService.objects.filter(proposal=proposal).first()
    entry = ListEntry.objects.filter(proposal=proposal).first()
    right = hearing.right_to_hearing(proposal, terms, at=at)
    last = queries.last_of(entry) if entry else None
    until = rules.end_of(entry.in_force_until, last.until) if entry and last else None
    ended, ended_on = _end_of(entry, last, on=local_date(at)) if entry and last else ("", None)
    return MatterRow(
        terms=terms,
        authority_code=proposal.authority_code,
        entry_id=entry.pk if entry else None,
        facts=proposal.facts,
        evidence=proposal.evidence,
        months=proposal.months,
        served_on=service.served_on if service else None,
        way=service.way if service else "",
        decision_number=entry.decision_number if entry else "",
        in_force_from=entry.in_force_from if entry else None,
        in_force_until=until,
        stands=entry is not None and queries.stands(entry, at=at),
        remains=entry is not None and queries.remains(entry, at=at),
        hidden=last.hidden if last else "",
        exit=removal.exit if removal else "",
        grounds=removal.grounds if removal else "",
        ended=ended,
        ended_on=ended_on,
        may_ask_hearing=right.is_open and not is_closed and entry is None,
        hearing_until=right.until,
    )


def _end_of(entry: ListEntry, last: EntryEvent, *, on: date) -> tuple[str, date | None]:
    """How the entry left its list, and the day; an exit before its last day goes before the end of its time."""
    if last.exit:
        return last.exit, local_date(last.at)
    ends = rules.end_of(entry.in_force_until, last.until)
    return (Exit.TERM.value, ends) if ends <= on else ("", None)


def entries_by(authority_code: str, *, at: datetime, page: int = 1, size: int = 20) -> EntryRows:
    """The entries that an authority decided, newest first. Index: `entry_decision_once`."""
    found, start = ListEntry.objects.filter(authority_code=authority_code), (page - 1) * size
    return EntryRows(_rows(list(found.order_by("-id")[start : start + size]), at=at), found.count())


def all_entries_by(authority_code: str, *, at: datetime) -> Iterator[EntryRow]:
    """The same from the first to the last, read in parts. Index: as there."""
    found = ListEntry.objects.filter(authority_code=authority_code)
    return all_rows(found, "-id", told=lambda part: _rows(part, at=at))


def own_entries(about: str, *, by: Actor, at: datetime) -> tuple[EntryRow, ...]:
    """The city's entries about a subject, and about those that it stands for by a merge, newest first.

    Raises `NotFound` for anyone else. Index: `entry_about`.
    """
    if not by.may_for(about, Scope.SEE):
        raise NotFound
    return _rows(list(ListEntry.objects.filter(about__in=queries.entered_as(about)).order_by("-id")), at=at)


def _rows(found: Sequence[ListEntry], *, at: datetime) -> tuple[EntryRow, ...]:
    in_force = queries.entries_in_force({e.about for e in found}, at=at)
    standing = {e.reference for rows in in_force.values() for e in rows}
    latest = EntryEvent.objects.filter(entry__in=found).order_by("entry_id", "-number").distinct("entry_id")
    last, day = {event.entry_id: event for event in latest}, local_date(at)
    rows = []
    for entry in found:
        terms = policy.list_named(entry.policy)
        if terms is None:
            continue
        ended, ended_on = _end_of(entry, last[entry.pk], on=day)
        rows.append(
            EntryRow(
                id=entry.pk,
                case_id=entry.case_id,
                terms=terms,
                # Who took their consent back is named nowhere any more, not even to the authority.
                subject_name="" if ended == Exit.CONSENT else entry.subject_name,
                about=entry.about,
                decision_number=entry.decision_number,
                authority_name_zh=entry.authority_name_zh,
                authority_name_en=entry.authority_name_en,
                in_force_from=entry.in_force_from,
                in_force_until=rules.end_of(entry.in_force_until, last[entry.pk].until),
                stands=f"{queries.OWN_ENTRY}{entry.pk}" in standing,
                remains=not ended,
                hidden=last[entry.pk].hidden,
                early_from=rules.early_from(entry.in_force_from, terms),
                ended=ended,
                ended_on=ended_on,
            )
        )
    return tuple(rows)
