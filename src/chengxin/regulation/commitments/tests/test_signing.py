"""Signing: what is kept, what everyone sees, what refuses, and what independent tools say of the letter."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import ProgrammingError, transaction

from chengxin.base import clock
from chengxin.base.audit.models import AuditEntry
from chengxin.base.database.context import acting
from chengxin.base.documents import signing as seals
from chengxin.base.documents.errors import TimestampUnavailable
from chengxin.base.documents.keys import signing_keys, timestamping_keys
from chengxin.base.documents.models import IssuedDocument
from chengxin.base.documents.tests.independent import (
    openssl_accepts_signature,
    openssl_accepts_timestamp,
    pem,
    told_by_pdfsig,
)
from chengxin.base.errors import ChengxinError, NotFound, NotPermitted
from chengxin.registry.accounts.errors import CodeWrong, PasskeyRefused
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.records import queries as records
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.models import Record
from chengxin.registry.subjects.models import Subject
from chengxin.regulation.commitments import letters_in_force, queries
from chengxin.regulation.commitments.confirming import Factor
from chengxin.regulation.commitments.errors import (
    LetterChanged,
    LetterEnded,
    LetterUnread,
    NotForYou,
    RunsAlready,
    SecondFactorMissing,
)
from chengxin.regulation.commitments.models import Commitment, Due, Letter, ShowingConsent
from chengxin.regulation.commitments.queries import Filter
from chengxin.regulation.commitments.services import signing
from chengxin.regulation.commitments.services.signing import Given
from chengxin.regulation.commitments.tests.factories import (
    COMPANY,
    HERE,
    LICENCE,
    NOON,
    OWN_WILL,
    PERSON,
    PREMISES,
    TODAY,
    VOLUNTEER,
    approved_letter,
    association,
    factor_of,
    given,
    letter,
    registered,
    resident,
    signed,
    signer,
)

pytestmark = pytest.mark.django_db
ALL_ASK = date(2026, 11, 27)


def sign(template: str, what: Given, *, by: Actor, at=NOON) -> str:
    return signing.sign(template, about=by.mandates[0].about, given=what, by=by, address=HERE, at=at)


def nothing_was_signed() -> bool:
    tables = (Commitment, Due, IssuedDocument, Record)
    return (
        not any(t.objects.exists() for t in tables)
        and not AuditEntry.objects.filter(action="commitments.signed").exists()
    )


def test_what_was_signed_stands_in_the_record_and_in_public():
    registered()

    number = signed(OWN_WILL)

    subject = Subject.objects.get()
    record = records.public_records_of(subject.pk, on=TODAY)[0]
    assert (record.item, record.document_number) == ("commitment", number)
    assert {f.code: f.value for f in record.fields}["PERFORMANCE"] == "履行中"
    shown = queries.public_statement(number, on=TODAY)
    assert (shown.row.name, shown.row.state) == (subject.name, "running")
    assert [d.code for d in shown.dues] == ["no-failed-inspection"]
    assert AuditEntry.objects.get(action="commitments.signed").details["sha256"] == letter(OWN_WILL).digest


def test_the_digest_that_was_signed_is_that_of_the_version_shown():
    registered()
    number = signed(OWN_WILL)

    kept = Commitment.objects.get(number=number)
    assert kept.text_sha256 == queries.public_statement(number, on=TODAY).template.digest == letter(OWN_WILL).digest
    assert bytes(IssuedDocument.objects.get().content_sha256).hex() == kept.text_sha256


def test_poppler_and_openssl_accept_signature_and_timestamp_of_the_letter(tmp_path: Path):
    registered()
    now = clock.now()
    pdf = queries.own_letter(signed(PREMISES, at=now), COMPANY, by=signer())

    told = told_by_pdfsig(pdf, tmp_path)
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    roots = pem(signing_keys(at=now).roots, tmp_path / "roots.pem")
    stamp_roots = pem(timestamping_keys(at=now).roots, tmp_path / "stamps.pem")
    assert openssl_accepts_signature(pdf, roots, tmp_path).returncode == 0
    assert openssl_accepts_timestamp(pdf, stamp_roots, tmp_path).returncode == 0
    assert seals.verify_pdf(pdf, at=now).stamp_trusted


def test_every_letter_that_can_be_signed_asks_for_the_second_factor_from_the_day_on_which_all_do():
    association()
    approved_letter()
    asking = {t.code: t.needs_second_factor for t in letters_in_force.templates_on(ALL_ASK)}

    assert OWN_WILL in asking
    assert len(asking) > len(letters_in_force.association_templates_on(ALL_ASK)) > 0
    assert all(asking.values())
    assert not letter(OWN_WILL, at=NOON).needs_second_factor


def test_what_was_signed_before_that_day_says_how_it_was_confirmed():
    registered()
    liang = signer()
    before = signed(OWN_WILL, by=liang)
    after = signed("tax-honesty", by=liang, at=NOON + timedelta(days=90))

    confirmed = dict(Commitment.objects.values_list("number", "with_second_factor"))

    assert confirmed == {before: False, after: True}


def test_a_second_factor_is_taken_once():
    registered()
    liang = signer()
    code = factor_of(liang)
    sign(PREMISES, given(PREMISES, code=code), by=liang)

    with pytest.raises(CodeWrong):
        sign(LICENCE, given(LICENCE, code=code), by=liang)
    assert Commitment.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"was_read": False}, LetterUnread),
        ({"version": "commitments/honest-business@2021-10-18"}, LetterChanged),
        ({"digest": "0" * 64}, LetterChanged),
        ({}, SecondFactorMissing),
        ({"factor": Factor("123456")}, SecondFactorMissing),
        ({"factor": Factor(answer="{}", challenge="x")}, SecondFactorMissing),
    ],
    ids=["unread", "older version", "another text", "no factor given", "no factor set", "no passkey set"],
)
def test_a_refused_signature_changes_nothing(changed: dict[str, object], error: type[ChengxinError]):
    registered()
    what = given(PREMISES)

    with pytest.raises(error):
        sign(PREMISES, Given(**{**{f: getattr(what, f) for f in what.__slots__}, **changed}), by=signer())

    assert nothing_was_signed()


def test_a_wrong_code_signs_nothing_and_counts():
    registered()
    liang = signer()
    factor_of(liang)

    with pytest.raises(CodeWrong):
        sign(PREMISES, given(PREMISES, code="000000"), by=liang)

    assert nothing_was_signed()
    assert AuditEntry.objects.filter(action="accounts.second_factor_failed").count() == 1


def test_a_passkeys_answer_that_is_none_signs_nothing_and_counts():
    registered()
    liang = signer()
    factor_of(liang)
    what = given(PREMISES)

    with pytest.raises(PasskeyRefused):
        sign(PREMISES, Given(what.version, what.digest, True, Factor(answer="{}", challenge="x")), by=liang)

    assert nothing_was_signed()
    assert AuditEntry.objects.filter(action="accounts.second_factor_failed").count() == 1


def test_a_letter_that_ended_is_not_signed_and_its_version_names_the_text_for_ever():
    registered()
    old = "commitments/honest-business@2021-10-18"
    with pytest.raises(LetterEnded):
        sign("catering-model", Given("x", "x", True), by=signer())
    with pytest.raises(LetterEnded):
        sign("no-such-letter", Given("x", "x", True), by=signer())
    with pytest.raises(LetterChanged):
        sign(OWN_WILL, Given(old, letter(OWN_WILL).digest, True), by=signer())

    assert nothing_was_signed()


def test_where_no_timestamp_is_to_be_had_nothing_is_signed(settings):
    registered()
    settings.TSA_ADDRESS = "http://127.0.0.1:9/"

    with pytest.raises(TimestampUnavailable):
        signed(OWN_WILL)

    assert nothing_was_signed()


def test_a_letter_for_organisations_is_not_signed_by_a_person_nor_the_other_way_round():
    registered()
    with pytest.raises(NotForYou):
        sign(OWN_WILL, given(OWN_WILL), by=resident())
    with pytest.raises(NotForYou):
        sign(VOLUNTEER, given(VOLUNTEER), by=signer())

    assert nothing_was_signed()


def test_who_does_not_act_for_the_subject_signs_nothing():
    registered()
    with pytest.raises(NotPermitted):
        signing.sign(OWN_WILL, about=COMPANY, given=given(OWN_WILL), by=resident(), address=HERE, at=NOON)

    assert nothing_was_signed()


def test_the_same_letter_runs_once():
    registered()
    signed(OWN_WILL)

    with pytest.raises(RunsAlready):
        signed(OWN_WILL, at=NOON + timedelta(days=1))

    assert Commitment.objects.count() == 1


def volunteered(*, shown: bool) -> str:
    return sign(VOLUNTEER, given(VOLUNTEER, shown=shown), by=resident())


def test_a_person_without_consent_is_nowhere_in_public():
    number = volunteered(shown=False)

    with pytest.raises(NotFound):
        queries.public_statement(number, on=TODAY)
    assert queries.public_commitments(Filter(), on=TODAY).items == ()
    kept = Commitment.objects.get()
    assert (kept.shown_name, kept.subject_code, kept.natural_key) == ("", "", None)
    assert IssuedDocument.objects.get().subject_name == ""
    assert not Record.objects.exists()


def test_a_person_with_consent_is_shown_masked_until_they_withdraw_it():
    number = volunteered(shown=True)

    assert queries.public_statement(number, on=TODAY).row.name.startswith("梁*")
    assert "梁某某" not in str(queries.public_commitments(Filter(), on=TODAY))
    with pytest.raises(NotFound):
        queries.public_letter(number, on=TODAY)

    signing.show(number, about=PERSON, shown=False, by=resident(), at=NOON)

    assert queries.public_commitments(Filter(), on=TODAY).items == ()
    assert Commitment.objects.get().shown_name == ""
    assert list(ShowingConsent.objects.order_by("id").values_list("given", flat=True)) == [True, False]


def test_nobody_else_shows_a_persons_commitment():
    number = volunteered(shown=False)

    with pytest.raises(NotFound):
        signing.show(number, about=COMPANY, shown=True, by=signer(), at=NOON)
    with pytest.raises(NotPermitted):
        signing.show(number, about=PERSON, shown=True, by=signer(), at=NOON)

    assert not Commitment.objects.get().is_shown


def test_a_persons_letter_is_seen_only_for_a_purpose_that_names_them():
    number = volunteered(shown=True)

    assert not Letter.objects.exists()
    with acting(actor="x", purpose="x", basis="x", about="person:2"):
        assert not Letter.objects.exists()
    assert queries.own_letter(number, PERSON, by=resident()).startswith(b"%PDF")
    with pytest.raises(NotFound):
        queries.own_letter(number, PERSON, by=signer())


def test_what_was_signed_cannot_be_rewritten_beneath_the_code():
    registered()
    signed(OWN_WILL)

    for change in ({"text_sha256": "0" * 64}, {"signed_by": "other"}, {"ends_on": TODAY}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Commitment.objects.update(**change)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Due.objects.all().delete()
    with pytest.raises(ProgrammingError), transaction.atomic():
        Due.objects.update(due_on=TODAY)


def test_a_commitment_whose_record_was_repaired_or_has_ended_is_not_public():
    registered()
    number = signed(OWN_WILL)
    kept = Commitment.objects.get()

    assert queries.public_commitments(Filter(), on=kept.ends_on).total == 1
    assert queries.public_commitments(Filter(), on=kept.ends_on + timedelta(days=1)).total == 0
    assert kept.natural_key is not None
    record_changes.end_by_repair(kept.natural_key, by=signer(), at=NOON)
    with pytest.raises(NotFound):
        queries.public_statement(number, on=TODAY)


@pytest.mark.parametrize(
    ("chosen", "total"),
    [
        (Filter(kind="own-will"), 1),
        (Filter(kind="approval"), 0),
        (Filter(state="running"), 1),
        (Filter(template=OWN_WILL), 1),
        (Filter(text="虚构商行"), 1),
        (Filter(text="别的公司"), 0),
    ],
)
def test_the_public_list_is_narrowed(chosen: Filter, total: int):
    registered()
    signed(OWN_WILL)

    assert queries.public_commitments(chosen, on=TODAY).total == total


def test_who_holds_the_letter_learns_of_it_by_its_check_code():
    number = volunteered(shown=False)
    code = Commitment.objects.get().check_code

    found = queries.attested(number, code=code.lower())
    assert found is not None
    assert found.number == number
    assert queries.attested(number, code="WRONG") is None
