"""Signing a commitment, and a person's consent that it is shown."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.database.context import acting
from chengxin.base.database.queueing import queue_behind
from chengxin.base.documents import services as documents
from chengxin.base.documents import signing
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.languages import InBoth
from chengxin.base.sealing.rules import mask_name
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.queries import OrganisationRow
from chengxin.registry.accounts.rules import Actor, Scope
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records import matching
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import code_of
from chengxin.regulation.commitments import (
    barring,
    confirming,
    letters_in_force,
    members,
    policy,
    printing,
    queries,
    recording,
    rules,
)
from chengxin.regulation.commitments.confirming import NONE, Factor
from chengxin.regulation.commitments.errors import (
    LetterChanged,
    LetterEnded,
    LetterUnread,
    NotForYou,
    NotOffered,
    PersonNotOffered,
    ReferenceMissing,
    ReferenceUnknown,
    RunsAlready,
)
from chengxin.regulation.commitments.models import Commitment, Due, Letter, ShowingConsent
from chengxin.regulation.commitments.queries import OWN_LETTER, SIGNED_LETTER
from chengxin.regulation.commitments.rules import State, SubjectKind, Template

KIND = "commitment"


@dataclass(frozen=True, slots=True)
class Given:
    """What someone declares by signing: the version and text that were read, that they were, and the second factor.

    `reference` is the number of the matter, as typed, where the letter asks for one.
    """

    version: str
    digest: str
    was_read: bool
    factor: Factor = NONE
    consents_to_showing: bool = False
    reference: str = ""


@dataclass(frozen=True, slots=True)
class _Promisor:
    """On whose behalf is signed: the name as printed, and the credit code, empty of a person."""

    about: str
    name: str
    code: str

    @property
    def is_person(self) -> bool:
        """Whether a natural person promises."""
        return not self.code


def sign(template_code: str, *, about: str, given: Given, by: Actor, address: str, at: datetime) -> str:
    """Sign the letter on behalf of `about`; returns the commitment's number.

    The letter is set, signed and stamped before the transaction, which locks the audit chain; the second factor
    is taken outside it, so that a wrong one counts. Raises `NotFound`, `NotPermitted`, `LetterEnded`, `LetterChanged`,
    `LetterUnread`, `NotForYou`, `ReferenceMissing`, `ReferenceUnknown`, `RunsAlready`, `NotOffered`,
    `TimestampUnavailable`, and what `confirming.confirm` raises.
    """
    on = local_date(at)
    template = _checked(template_code, about, given, by=by, at=at)
    given = replace(given, reference=_reference(template, about, given.reference))
    _check_runs(about, template, given.reference, on=on)
    promisor = _promisor(about, by=by, at=at)
    authority = accounts.organisation_by_code(template.authority)
    assert authority is not None
    if template.needs_second_factor:
        confirming.confirm(by.user_id, given.factor, address=address, at=at)
    marks = printing.Marks(
        number=rules.commitment_number(on, _drawn(rules.DRAWN)), check_code=_drawn(rules.CHECK_CODE_LENGTH), at=at
    )
    content = printing.Content(
        template=template,
        promisor=promisor.name,
        code=promisor.code,
        account=by.name,
        authority=authority.name_zh,
        ends_on=rules.ends_on(on, template.term_months),
        reference=given.reference,
    )
    pdf = signing.sign_pdf_with_time(printing.pdf(content, marks), reason="信用承诺书", at=at)
    return _enter(template, promisor, authority, marks, pdf, given, by=by)


def _checked(template_code: str, about: str, given: Given, *, by: Actor, at: datetime) -> Template:
    """The letter, if it may be signed now by this person in this wording."""
    if not by.may_for(about, Scope.APPLY):
        raise NotPermitted
    template = letters_in_force.template_of(template_code, on=local_date(at))
    if template is None:
        raise LetterEnded
    kind = SubjectKind.ORGANISATION if code_of(about) else SubjectKind.PERSON
    if kind not in template.subjects or not _is_open_to(about, template):
        raise NotForYou
    if not given.was_read:
        raise LetterUnread
    if (given.version, given.digest) != (template.version, template.digest):
        raise LetterChanged
    _check_bar(about, template, by=by, at=at)
    return template


def _check_bar(about: str, template: Template, *, by: Actor, at: datetime) -> None:
    if (bar := barring.bar_of(about, template, by=by, at=at)) is not None:
        error = PersonNotOffered if bar.is_person else NotOffered
        raise error(until=bar.until.isoformat(), measure=bar.name, because=bar.because, basis=bar.basis)


def _is_open_to(about: str, template: Template) -> bool:
    """Whether the letter is the city's, or that of an association whose member this is."""
    if not template.version.startswith(letters_in_force.ASSOCIATION_PREFIX):
        return True
    owner = accounts.organisation_by_code(template.authority)
    return owner is not None and members.is_member(about, owner.id)


def _reference(template: Template, about: str, typed: str) -> str:
    """The number of the matter as it is kept; empty where the letter asks for none."""
    asked = template.reference
    if asked is None:
        return ""
    reference, name = rules.reference_of(typed), InBoth(asked.name.zh, asked.name.en)
    if reference is None:
        raise ReferenceMissing(name=name)
    if asked.item and not _is_on_record(code_of(about) or "", asked.item, {typed.strip(), reference}):
        raise ReferenceUnknown(name=name, reference=reference)
    return reference


def _is_on_record(code: str, item_code: str, numbers: Collection[str]) -> bool:
    item = catalogue.item(item_code)
    return any(matching.key_of_document(code, item, number) is not None for number in numbers)


def _check_runs(about: str, template: Template, reference: str, *, on: date) -> None:
    if (found := queries.running(about, template.code, reference, on=on)) is not None:
        raise RunsAlready(number=found.number, day=found.free_from.isoformat())


def _promisor(about: str, *, by: Actor, at: datetime) -> _Promisor:
    code = code_of(about)
    if code is None:
        named = accounts.own_name(about)
        if named is None:
            raise NotFound
        return _Promisor(about, named[0], "")
    subject = subjects.by_code(code, on=local_date(at))
    if subject is None:
        raise NotFound
    return _Promisor(about, subject.name, subject.code)


def _drawn(length: int) -> str:
    return "".join(secrets.choice(rules.ALPHABET) for _ in range(length))


@transaction.atomic
def _enter(
    template: Template,
    promisor: _Promisor,
    authority: OrganisationRow,
    marks: printing.Marks,
    pdf: bytes,
    given: Given,
    *,
    by: Actor,
) -> str:
    queue_behind(f"commitments:{promisor.about}")
    _check_runs(promisor.about, template, given.reference, on=local_date(marks.at))
    _check_bar(promisor.about, template, by=by, at=marks.at)  # a breach may have been found meanwhile
    made = _commitment(template, promisor, authority, marks, given, by=by)
    if made.is_shown and not promisor.is_person:
        made.natural_key = recording.hand_in(
            made, template, name=promisor.name, state=State.RUNNING, authority=authority, by_name=by.name, at=marks.at
        )
    made.save(force_insert=True)
    signed_on = local_date(marks.at)
    Due.objects.bulk_create(
        Due(commitment=made, code=o.code, due_on=rules.due_on(signed_on, o.due_days), by_data=o.data is not None)
        for o in template.obligations
    )
    if promisor.is_person and given.consents_to_showing:
        ShowingConsent.objects.create(commitment=made, given=True, by_name=by.name, at=marks.at)
    _keep(made, promisor, template, pdf, marks, by=by)
    audit.note(
        "commitments.signed", made.number, by=by, at=marks.at, template=template.version, sha256=template.digest,
        second_factor=template.needs_second_factor, reference=made.reference,
    )  # fmt: skip
    return made.number


def _commitment(
    template: Template,
    promisor: _Promisor,
    authority: OrganisationRow,
    marks: printing.Marks,
    given: Given,
    *,
    by: Actor,
) -> Commitment:
    assert by.user_id is not None
    shown = rules.is_shown(template, is_person=promisor.is_person, consents=given.consents_to_showing)
    masked = mask_name(promisor.name) if shown else ""
    signed_on, matter = local_date(marks.at), template.matter
    ends_on = rules.ends_on(signed_on, template.term_months)
    if template.reference is not None:
        matter = rules.matter_with(matter, template.reference.name, given.reference)
    return Commitment(
        number=marks.number,
        about=promisor.about,
        subject_code=promisor.code,
        shown_name=masked if promisor.is_person else promisor.name,
        is_person=promisor.is_person,
        kind=template.kind.value,
        template=template.code,
        template_version=template.version,
        text_sha256=template.digest,
        matter_zh=matter.zh,
        matter_en=matter.en,
        reference=given.reference,
        authority_id=authority.id,
        signed_at=marks.at,
        ends_on=ends_on,
        free_from=rules.free_from(ends_on, policy.days_after_term(signed_on)),
        signed_by=by.name,
        signed_by_id=by.user_id,
        with_second_factor=template.needs_second_factor,
        check_code=marks.check_code,
        is_shown=shown,
        state_since=marks.at,
    )


def _keep(
    made: Commitment, promisor: _Promisor, template: Template, pdf: bytes, marks: printing.Marks, *, by: Actor
) -> None:
    """The PDF, and its entry among the documents that left the house; of a person the entry holds no name."""
    with acting(actor=by.name, purpose=SIGNED_LETTER, basis=OWN_LETTER, about=promisor.about):
        Letter.objects.bulk_create(
            [Letter(commitment=made, about=promisor.about, is_person=promisor.is_person, pdf=pdf)]
        )
    documents.issue_document(
        made.number,
        kind=KIND,
        subject_code=promisor.code or promisor.about,
        subject_name=made.shown_name,
        content_sha256=bytes.fromhex(template.digest),
        pdf=pdf,
        snapshot={"template": template.version},
        as_of=local_date(marks.at),
        language="zh-hans",
        check_code=marks.check_code,
        at=marks.at,
    )


@transaction.atomic
def show(number: str, *, about: str, shown: bool, by: Actor, at: datetime) -> None:
    """Let a person's commitment be shown, masked, or no longer; the organisations' follow their letter.

    Raises `NotFound`, `NotPermitted`.
    """
    found = Commitment.objects.select_for_update().filter(number=number, about=about, is_person=True).first()
    if found is None:
        raise NotFound
    if not by.may_for(about, Scope.APPLY):
        raise NotPermitted
    if found.is_shown == shown:
        return
    named = accounts.own_name(about) if shown else None
    found.is_shown, found.shown_name = shown, mask_name(named[0]) if named else ""
    found.save(update_fields=["is_shown", "shown_name"])
    ShowingConsent.objects.create(commitment=found, given=shown, by_name=by.name, at=at)
    audit.note("commitments.shown" if shown else "commitments.hidden", number, by=by, at=at)
