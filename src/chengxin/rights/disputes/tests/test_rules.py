"""What can be disputed, and what a correction changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.casework.rules import faults
from chengxin.registry.records.rules import RecordState
from chengxin.rights.disputes.procedure import DISPUTE
from chengxin.rights.disputes.rules import changed_fields, corrected, is_disputable

CODES = st.sampled_from(["A", "B", "C", "D"])
FILLED = st.text("甲乙丙 ", min_size=1).map(str.strip).filter(bool)
PAYLOADS = st.dictionaries(CODES, FILLED)
FORMS = st.dictionaries(CODES, FILLED | st.just(""))


def test_the_procedure_is_sound():
    assert faults(DISPUTE) == []


@pytest.mark.parametrize("state", RecordState)
def test_only_what_counts_and_is_not_disputed_can_be_disputed(state: RecordState):
    assert is_disputable(state.value) == (state is RecordState.IN_FORCE)


@given(payload=PAYLOADS, form=FORMS)
def test_a_correction_leads_to_what_the_form_said_and_touches_nothing_else(payload, form):
    after = corrected(payload, changed_fields(payload, form))

    assert {code: after.get(code, "") for code in form} == form
    assert {c: v for c, v in after.items() if c not in form} == {c: v for c, v in payload.items() if c not in form}
    assert "" not in after.values()


@given(payload=PAYLOADS)
def test_a_form_sent_back_as_it_was_changes_nothing(payload):
    assert changed_fields(payload, payload) == {}


def test_blanks_around_a_value_are_no_change():
    assert changed_fields({"A": "甲"}, {"A": " 甲 "}) == {}
