"""Writes of resolution: looking for whom rows are about, tying, releasing and returning them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.casework.services import PLATFORM
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound
from chengxin.intake.collection import tying
from chengxin.intake.collection.tying import Tied, UncodedRow
from chengxin.intake.resolution import indexing, policy, queries, rules
from chengxin.intake.resolution.errors import ReasonMissing, RowRejected, UnknownCandidate
from chengxin.intake.resolution.finding import Asked, candidates, levels_of
from chengxin.intake.resolution.models import Candidate, Decision, Waiting
from chengxin.intake.resolution.queries import RowDetail
from chengxin.intake.resolution.rules import Act, State
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Item
from chengxin.registry.records import listing as records
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.rules import RecordState
from chengxin.registry.subjects import listing as subjects
from chengxin.registry.subjects.listing import Identity

RETURNED = _("一行数据没有统一社会信用代码，无法确定主体")
RETURNED_BODY = _("目录项 {item}，名称“{name}”。信用办说明：{reason}。请补填代码后重新报送。")
AT_ONCE = 2_000  # rows of a hand-in that are looked for together


@transaction.atomic
def resolve(submission_id: int, *, at: datetime) -> int:
    """Look for the organisations that the rows of a hand-in are about, and tie what is certain; how many were tied.

    Rows that were looked at before are left alone, so that it is safe to repeat.
    """
    queue_behind(f"resolution:{submission_id}")
    indexing.catch_up(at=at)
    rows = tying.rows_without_code(submission_id)
    seen = set(Waiting.objects.filter(row_id__in=[r.id for r in rows]).values_list("row_id", flat=True))
    rows = [row for row in rows if row.id not in seen]
    tied = 0
    for start in range(0, len(rows), AT_ONCE):
        tied += _look_for(rows[start : start + AT_ONCE], at=at)
    if rows:
        audit.note("resolution.looked_for", str(submission_id), by=PLATFORM, at=at, rows=len(rows), tied=tied)
    return tied


def _look_for(rows: Sequence[UncodedRow], *, at: datetime) -> int:
    item, day = catalogue.item(rows[0].item), local_date(at)
    number, weights = queries.weights_in_force(on=day)
    terms = policy.terms(on=day)
    asked = [_asked(row.values, item) for row in rows]
    found = candidates(asked, words=policy.vocabulary(on=day), weights=weights, terms=terms)
    waiting = Waiting.objects.bulk_create(
        Waiting(
            row_id=row.id, item=row.item, provider_id=row.provider_id, name=told.name,
            representative=told.representative[:200], address=told.address[:500], state=State.WAITING, received_at=at,
        )
        for row, told in zip(rows, asked, strict=True)
    )  # fmt: skip
    best: dict[int, Candidate] = {}
    kept: list[Candidate] = []
    shown: dict[int, int] = {}
    for one in found.iter_rows(named=True):
        place = one["row"]
        if one["probability"] < terms.review_from or shown.get(place, 0) >= terms.shown:
            continue
        shown[place] = shown.get(place, 0) + 1
        made = Candidate(
            waiting=waiting[place], subject_id=one["subject_id"], name=one["known_as"], weights=number,
            probability=one["probability"], score=one["score"], levels=levels_of(one),
        )  # fmt: skip
        kept.append(made)
        best.setdefault(place, made)
    Candidate.objects.bulk_create(kept)
    for place, candidate in best.items():
        waiting[place].best = candidate.probability
    Waiting.objects.bulk_update(waiting, ["best"], batch_size=500)
    certain = [(waiting[p], rows[p], c) for p, c in best.items() if c.probability >= terms.tie_from]
    return _tie_certain(certain, item, number, at=at) if certain else 0


@transaction.atomic
def open_row(waiting_id: int, *, by: Actor, at: datetime) -> RowDetail:
    """A row with its candidates for whoever decides; the look stands in the audit chain.

    It is tied to no subject yet, so that no access log has a place for it. Raises `NotPermitted`, `NotFound`.
    """
    detail = queries.row_detail(waiting_id, by=by)
    audit.note("resolution.row_opened", str(waiting_id), by=by, at=at)
    return detail


def _asked(values: Mapping[str, str], item: Item) -> Asked:
    parts = item.parts
    return Asked(
        name=values.get(parts.subject_name, ""),
        representative=values.get(parts.legal_representative or "", ""),
        address=values.get(parts.address or "", ""),
        codes=tuple((scheme, values[field]) for scheme, field in parts.other_codes.items() if values.get(field)),
    )


def _tie_certain(
    certain: Sequence[tuple[Waiting, UncodedRow, Candidate]], item: Item, number: int, *, at: datetime
) -> int:
    known = subjects.identities({candidate.subject_id for _, _, candidate in certain})
    rows = [(row, _lacked(known[candidate.subject_id], item)) for _, row, candidate in certain]
    tied = tying.hand_in_tied(rows, by_name=PLATFORM.name, at=at)
    present = records.present_versions_of([UUID(key) for key in tied.keys.values()])
    made = []
    for place, (one, _row, candidate) in enumerate(certain, start=1):
        if place in tied.keys:
            one.state = State.TIED
            subject_id = candidate.subject_id
            made.append(_decision(one, tied, place, subject_id, present, number=number, by=PLATFORM, at=at))
    Decision.objects.bulk_create(made)
    Waiting.objects.bulk_update([one for one, _, _ in certain], ["state"], batch_size=500)
    return len(made)


def _lacked(subject: Identity, item: Item) -> dict[str, str]:
    """What a row gets from the register: the code, and the name as it is registered."""
    return {item.parts.subject_code or "": subject.code, item.parts.subject_name: subject.name}


def _decision(
    one: Waiting,
    tied: Tied,
    place: int,
    subject_id: int,
    present: Mapping[UUID, tuple[int, str, int]],
    *,
    number: int,
    by: audit.Who,
    at: datetime,
    reason: str = "",
) -> Decision:
    key = UUID(tied.keys[place])
    version, _state, submission = present[key]
    return Decision(
        waiting=one, act=Act.TIED, subject_id=subject_id, is_automatic=by is PLATFORM, weights=number, natural_key=key,
        version=version, is_new=submission == tied.submission, submission_id=tied.submission, reason=reason,
        by_name=by.name, at=at,
    )  # fmt: skip


@transaction.atomic
def tie(
    waiting_id: int, *, subject_id: int | None = None, code: str = "", by: Actor, at: datetime, reason: str = ""
) -> int:
    """Tie a row to one of its candidates or to the organisation with that code; returns the subject's id.

    The row goes the road of a hand-in with the code. Raises `NotPermitted`, `NotFound`, `NotWaiting`,
    `UnknownCandidate`, `RowRejected`.
    """
    require(by, Permission.RESOLVE_ROWS)
    one = _locked(waiting_id)
    rules.check_open(one.state)
    subject = _chosen(one, subject_id, code.strip().upper())
    number, _weights = queries.weights_in_force(on=local_date(at))
    item = catalogue.item(one.item)
    row = tying.row_without_code(one.row_id)
    tied = tying.hand_in_tied([(row, _lacked(subject, item))], by_name=by.name, at=at)
    if tied.faults:
        raise RowRejected(fault=tied.faults[1])
    key = UUID(tied.keys[1])
    present = records.present_versions_of([key])
    decision = _decision(one, tied, 1, subject.id, present, number=number, by=by, at=at, reason=reason.strip())
    if present[key][1] == RecordState.WITHDRAWN and _released(one, key, present[key][0]):
        decision.version = record_changes.put_back(key, version=present[key][0], by=by, at=at)
        decision.is_new = True
    decision.save()
    one.state = State.TIED
    one.save(update_fields=["state"])
    audit.note("resolution.tied", str(one.pk), by=by, at=at, subject=subject.code, record=str(key))
    return subject.id


def _chosen(one: Waiting, subject_id: int | None, code: str) -> Identity:
    if code:
        found = subjects.identity_coded(code)
    else:
        is_candidate = subject_id is not None and one.candidates.filter(subject_id=subject_id).exists()
        found = subjects.identities([subject_id]).get(subject_id) if is_candidate and subject_id is not None else None
    if found is None or found.kind not in rules.ABOUT_ORGANISATIONS:
        raise UnknownCandidate
    return found


def _released(one: Waiting, key: UUID, version: int) -> bool:
    """Whether this row's release withdrew that version of the record. Index: `resolution_decision_row`."""
    return one.decisions.filter(act=Act.RELEASED, natural_key=key, version=version, is_new=True).exists()


@transaction.atomic
def release(waiting_id: int, *, by: Actor, at: datetime, reason: str) -> None:
    """Undo a tie: the record that it made is withdrawn wherever it went, and the row waits again.

    A record that stood there by itself, or that its provider has handed in since, stays. Raises `NotPermitted`,
    `NotFound`, `NotReleasable`, `ReasonMissing`.
    """
    require(by, Permission.RESOLVE_ROWS)
    one = _locked(waiting_id)
    rules.check_releasable(one.state)
    if not reason.strip():
        raise ReasonMissing
    tie = one.decisions.filter(act=Act.TIED).order_by("-id").first()
    assert tie is not None and tie.natural_key is not None
    version, state, submission = records.present_versions_of([tie.natural_key])[tie.natural_key]
    withdraws = tie.is_new and state != RecordState.WITHDRAWN and _made_by_a_tie(one, submission)
    if withdraws:
        version = record_changes.withdraw(tie.natural_key, by=by, at=at)
    Decision.objects.create(
        waiting=one, act=Act.RELEASED, subject_id=tie.subject_id, is_automatic=False, weights=tie.weights,
        natural_key=tie.natural_key, version=version, is_new=withdraws, reason=reason.strip(), by_name=by.name, at=at,
    )  # fmt: skip
    one.state = State.WAITING
    one.save(update_fields=["state"])
    audit.note("resolution.released", str(one.pk), by=by, at=at, record=str(tie.natural_key), withdrawn=withdraws)


def _made_by_a_tie(one: Waiting, submission_id: int) -> bool:
    return one.decisions.filter(act=Act.TIED, submission_id=submission_id).exists()


@transaction.atomic
def return_row(waiting_id: int, *, by: Actor, at: datetime, reason: str) -> None:
    """Say that none of the candidates is the right one, and give the row back to its provider, who is told why.

    Raises `NotPermitted`, `NotFound`, `NotWaiting`, `ReasonMissing`.
    """
    require(by, Permission.RESOLVE_ROWS)
    one = _locked(waiting_id)
    rules.check_open(one.state)
    if not reason.strip():
        raise ReasonMissing
    number, _weights = queries.weights_in_force(on=local_date(at))
    Decision.objects.create(
        waiting=one, act=Act.RETURNED, is_automatic=False, weights=number, reason=reason.strip(), by_name=by.name, at=at
    )
    one.state = State.RETURNED
    one.save(update_fields=["state"])
    body = _Body(one.item, one.name, reason.strip())
    casework.send_notice(Party(organisation_id=one.provider_id), title=RETURNED, body=body, by=by, at=at)
    audit.note("resolution.returned", str(one.pk), by=by, at=at)


@dataclass(frozen=True, slots=True)
class _Body:
    """The text of the notice, in the language that is active when it is asked."""

    item: str
    name: str
    reason: str

    def __str__(self) -> str:
        item = catalogue.item(self.item).name
        named = item.en if (get_language() or "").startswith("en") else item.zh
        return str(RETURNED_BODY).format(item=named, name=self.name, reason=self.reason)


def _locked(waiting_id: int) -> Waiting:
    queue_behind(f"uncoded-row:{waiting_id}")
    found = Waiting.objects.filter(pk=waiting_id).first()
    if found is None:
        raise NotFound
    return found
