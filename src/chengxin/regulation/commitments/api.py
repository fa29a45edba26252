"""Public commitments and the letters in force, for machines; open to everyone."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema

from chengxin.base import clock
from chengxin.base.links import last_page, page_link, page_links
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.catalogue.rules import Words
from chengxin.regulation.commitments import letters_in_force, queries
from chengxin.regulation.commitments.queries import CommitmentRow, Filter
from chengxin.regulation.commitments.rules import Template

router = Router()
FILTERS = {"q", "kind", "letter", "state", "size"}


class WordsOut(Schema):
    zh: str
    en: str


class CommitmentOut(Schema):
    number: str
    subject_code: str
    subject_name: str
    kind: str
    letter: str
    letter_version: str
    matter: WordsOut
    reference: str
    authority_code: str
    signed_at: datetime
    ends_on: date
    with_second_factor: bool
    text_sha256: str
    state: str
    state_since: datetime


class CommitmentsOut(Schema):
    items: list[CommitmentOut]
    total: int
    total_is_exact: bool
    page: int
    size: int
    next: str | None


class ObligationOut(Schema):
    text: WordsOut
    due_on: date


class StatementOut(CommitmentOut):
    text: WordsOut
    breach: WordsOut
    obligations: list[ObligationOut]
    decided_at: datetime | None
    reason: str


class LetterOut(Schema):
    code: str
    version: str
    kind: str
    item_code: str
    matter: WordsOut
    reference: WordsOut | None
    text: WordsOut
    text_sha256: str
    authority_code: str
    basis: str
    verified: bool
    term_months: int
    effective_from: date
    needs_second_factor: bool


@router.get("", response=CommitmentsOut, summary="Public commitments")
def commitments(
    request: HttpRequest,
    response: HttpResponse,
    q: Annotated[str, Query(max_length=100, description="Part of a name, a credit code or a number")] = "",
    kind: Literal["", "approval", "papers", "certificate", "repair", "own-will", "industry"] = "",
    letter: Annotated[str, Query(max_length=64, description="Code of a letter")] = "",
    state: Literal["", "running", "performed", "partly", "not-performed"] = "",
    page: Annotated[int, Query(ge=1, le=500)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, object]:
    """What is public today, newest first; of persons only with their consent, and masked."""
    chosen = Filter(text=q.replace("\x00", ""), kind=kind, template=letter.replace("\x00", ""), state=state)
    found = queries.public_commitments(chosen, on=clock.today(), page=page, size=size)
    last, codes = last_page(found.total, size), _codes()
    given = {name: value for name, value in request.GET.items() if name in FILTERS}
    response["Link"] = page_links(request.path, given, page=page, last=last)
    return {
        "items": [_out(row, codes) for row in found.items],
        "total": found.total,
        "total_is_exact": found.is_exact,
        "page": page,
        "size": size,
        "next": page_link(request.path, given, page + 1) if page < last else None,
    }


@router.get("/letters", response=list[LetterOut], summary="Letters of commitment in force")
def letters(request: HttpRequest) -> list[dict[str, object]]:
    """The letters that can be signed today, and the models for associations (without authority)."""
    return [_letter(t) for t in letters_in_force.templates_on(clock.today())]


@router.get("/{number}", response=StatementOut, summary="One public commitment")
def statement(request: HttpRequest, number: Annotated[str, Path(max_length=40)]) -> dict[str, object]:
    """What was promised, until when, and what was found."""
    found = queries.public_statement(number.replace("\x00", ""), on=clock.today())
    return {
        **_out(found.row, _codes()),
        "text": _words(found.template.text),
        "breach": _words(found.template.breach),
        "obligations": [{"text": _words(d.text), "due_on": d.due_on} for d in found.dues],
        "decided_at": found.decision.decided_at if found.decision else None,
        "reason": found.decision.reason if found.decision else "",
    }


def _codes() -> dict[int, str]:
    return {o.id: o.code for o in accounts.organisations()}


def _words(text: Words) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _out(row: CommitmentRow, codes: dict[int, str]) -> dict[str, object]:
    return {
        "number": row.number,
        "subject_code": row.subject_code,
        "subject_name": row.name,
        "kind": row.kind,
        "letter": row.template,
        "letter_version": row.template_version,
        "matter": _words(row.matter),
        "reference": row.reference,
        "authority_code": codes.get(row.authority_id, ""),
        "signed_at": row.signed_at,
        "ends_on": row.ends_on,
        "with_second_factor": row.with_second_factor,
        "text_sha256": row.text_sha256,
        "state": row.state,
        "state_since": row.state_since,
    }


def _letter(template: Template) -> dict[str, object]:
    return {
        "code": template.code,
        "version": template.version,
        "kind": template.kind.value,
        "item_code": template.item_code,
        "matter": _words(template.matter),
        "reference": _words(template.reference.name) if template.reference else None,
        "text": _words(template.text),
        "text_sha256": template.digest,
        "authority_code": template.authority,
        "basis": template.basis,
        "verified": template.verified,
        "term_months": template.term_months,
        "effective_from": template.effective_from,
        "needs_second_factor": template.needs_second_factor,
    }
