"""What a letter is given for: its number is asked, signed, told in records and tasks, and keeps letters apart."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from chengxin.base.casework.models import Case
from chengxin.registry.records import queries as records
from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects.models import Subject
from chengxin.registry.subjects.tests.factories import code
from chengxin.regulation.commitments import letters_in_force, printing, queries
from chengxin.regulation.commitments.errors import ReferenceMissing, ReferenceUnknown, RunsAlready
from chengxin.regulation.commitments.models import Commitment, FollowUp
from chengxin.regulation.commitments.queries import Filter
from chengxin.regulation.commitments.services import finding, signing
from chengxin.regulation.commitments.tests.factories import (
    ACCEPTED,
    HERE,
    LATER,
    LICENCE,
    OWN_WILL,
    PERSON,
    PREMISES,
    before_decision,
    factor_of,
    given,
    registered,
    resident,
    reviewer,
    signed,
    signer,
)

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
REPAIR, PENALTY = "repair-correction", "南市监罚〔2026〕12号"


def penalised(number: str = PENALTY) -> None:
    payload = f'{{"CF_WSH":"{number}"}}'
    subject = Subject.objects.get(code=code(1)).pk
    organisation_record(subject, number, item="penalty-organisation", payload=payload, at=LATER)


def test_the_same_letter_is_given_for_a_second_application_and_not_twice_for_one():
    registered()
    first = signed(LICENCE, at=LATER, reference="SL2026000001")

    assert signed(LICENCE, by=signer("second"), at=LATER, reference="SL2026000002") != first
    with pytest.raises(RunsAlready) as refused:
        signed(LICENCE, by=signer("third"), at=LATER + A_DAY, reference=" sl2026 000001 ")

    assert first in refused.value.sentence
    assert Commitment.objects.count() == 2


@pytest.mark.parametrize("typed", ["", " ", "没有编号", "1" * 61, "<b>1</b>"])
def test_a_letter_given_for_one_matter_is_not_signed_without_its_number(typed: str):
    registered()

    with pytest.raises(ReferenceMissing) as refused:
        signed(LICENCE, at=LATER, reference=typed)

    assert "许可申请受理编号" in refused.value.sentence
    assert not Commitment.objects.exists()


def test_a_letter_that_asks_for_no_number_keeps_none_that_is_typed():
    registered()

    signed(OWN_WILL, at=LATER, reference="SL2026000009")

    assert Commitment.objects.get().reference == ""


def test_the_number_stands_in_what_is_signed_in_the_record_and_in_public():
    registered()
    number = signed(LICENCE, at=LATER)
    template = letters_in_force.template_of(LICENCE, on=LATER.date())
    assert template is not None
    content = printing.Content(template, "虚构", code(1), "liang", "虚构局", LATER.date(), ACCEPTED)

    facts = printing.printed(content, printing.Marks(number, "X", LATER))["facts"]

    told = f"食品经营许可（告知承诺）（许可申请受理编号：{ACCEPTED}）"
    assert ["许可申请受理编号", ACCEPTED] in facts
    row = queries.public_statement(number, on=LATER.date()).row
    assert (row.matter.zh, row.reference) == (told, ACCEPTED)
    record = records.public_records_of(Subject.objects.get().pk, on=LATER.date())[0]
    assert {f.code: f.value for f in record.fields}["MATTER"] == told


def test_a_task_after_a_breach_names_what_the_commitment_was_given_for():
    registered()
    case_id = before_decision(signed(PREMISES, at=LATER), promisor=signer(), at=LATER)

    finding.take(case_id, "find-breached", by=reviewer(), at=LATER, reason="住所不实（虚构）")

    assert ACCEPTED in Case.objects.get(pk=FollowUp.objects.get().case_id).title


def test_a_repair_is_promised_for_a_penalty_on_record_and_for_each_apart():
    registered()
    penalised()
    penalised("南市监罚〔2026〕13号")

    signed(REPAIR, at=LATER, reference=PENALTY)
    signed(REPAIR, by=signer("second"), at=LATER, reference="南市监罚〔2026〕13号")
    with pytest.raises(ReferenceUnknown):
        signed(REPAIR, by=signer("third"), at=LATER, reference="南市监罚〔2026〕14号")

    assert set(Commitment.objects.values_list("reference", flat=True)) == {PENALTY, "南市监罚〔2026〕13号"}


def test_what_nobody_decided_stops_standing_in_the_way_some_time_after_its_term():
    registered()
    signed(OWN_WILL, at=LATER)
    free = Commitment.objects.get().free_from

    assert free == Commitment.objects.get().ends_on + 121 * A_DAY
    with pytest.raises(RunsAlready) as refused:
        signed(OWN_WILL, at=LATER + (free - LATER.date()) - A_DAY)
    assert free.isoformat() in refused.value.advice
    assert signed(OWN_WILL, at=LATER + (free - LATER.date()))


def test_two_that_run_at_once_are_refused_beneath_the_code():
    registered()
    signed(OWN_WILL, at=LATER)
    kept = Commitment.objects.get()

    def again(**other: object) -> None:
        copied = {f.attname: getattr(kept, f.attname) for f in Commitment._meta.fields if f.name != "id"}
        Commitment.objects.create(**copied | other)

    with pytest.raises(IntegrityError), transaction.atomic():
        again(number="another")
    again(number="another", reference="another")
    assert Commitment.objects.count() == 2
    assert connection.is_usable()


def test_of_a_person_everyone_learns_the_matter_without_its_number():
    zhou = resident()
    what = given(PREMISES, at=LATER, code=factor_of(zhou, at=LATER), shown=True)
    number = signing.sign(PREMISES, about=PERSON, given=what, by=zhou, address=HERE, at=LATER)

    shown = queries.public_statement(number, on=LATER.date()).row
    listed = queries.public_commitments(Filter(), on=LATER.date()).items
    own = queries.own_statement(number, PERSON, by=zhou, on=LATER.date()).row

    assert (shown.reference, ACCEPTED in str(shown), ACCEPTED in str(listed)) == ("", False, False)
    assert replace(own.matter, en="").zh.endswith(f"（登记申请受理编号：{ACCEPTED}）")
