from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengxin.regulation.inspections import onsite, policy, rates
from chengxin.regulation.inspections.errors import ChangeWrong
from chengxin.regulation.inspections.onsite import Entry

DAY = date(2026, 9, 1)
UNHURRIED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ENTRIES = st.lists(
    st.builds(
        Entry,
        st.integers(0, 2**32).map(lambda n: UUID(int=n)),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["yes", "no"]),
        st.integers(0, 4),
    ),
    max_size=12,
    unique_by=lambda e: e.id,
)


@UNHURRIED
@given(ENTRIES, st.data())
def test_devices_come_to_one_state_in_whatever_order_and_however_often_entries_arrive(
    entries: list[Entry], data: st.DataObject
):
    order = data.draw(st.permutations(entries))
    again = data.draw(st.lists(st.sampled_from(entries), max_size=5)) if entries else []

    assert onsite.values_of([*order, *again]) == onsite.values_of(entries)


@UNHURRIED
@given(ENTRIES, ENTRIES)
def test_to_merge_in_parts_is_to_merge_at_once(one: list[Entry], other: list[Entry]):
    in_parts = onsite.merged([*onsite.merged(one).values(), *onsite.merged(other).values()])

    assert in_parts == onsite.merged([*one, *other])


def test_the_later_counter_counts_whatever_the_clocks_of_the_devices_say():
    early, late = Entry(UUID(int=9), "a", "no", 1), Entry(UUID(int=1), "a", "yes", 2)

    assert onsite.values_of([late, early]) == {"a": "yes"}


def food() -> tuple[policy.Matter, ...]:
    return tuple(m for m in policy.matters(DAY) if m.code == "food-sale")


def full(**changed: object) -> dict[str, object]:
    (matter,) = food()
    found: dict[str, object] = {onsite.answer_field(matter, i.code): "yes" for i in matter.checklist}
    found |= {"result:food-sale": "no-problem", "inspected_on": "2026-09-01"}
    return found | {"signature": {"kind": "typed", "text": "王某（虚构）"}} | changed


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({}, []),
        ({"inspected_on": ""}, ["inspected_on"]),
        ({"signature": None}, ["signature"]),
        ({"signature": {"kind": "drawn", "file": str(uuid4())}}, ["signature"]),  # the file has not come
        ({"signature": {"kind": "refused", "text": ""}}, ["signature"]),
        ({"answer:food-sale:in-date": None}, ["answer:food-sale:in-date"]),
        ({"answer:food-sale:in-date": "no"}, ["result:food-sale"]),  # a "no" is a problem
        ({"result:food-sale": "correction"}, ["note:food-sale"]),
        ({"result:food-sale": "correction", "note:food-sale": "货架有过期食品"}, []),
        (
            {"result:food-sale": "not-found", "note:food-sale": "人去楼空", "answer:food-sale:in-date": None},
            [],
        ),
    ],
)
def test_what_a_result_lacks_is_said(changed: dict[str, object], missing: list[str]):
    found = onsite.missing(full(**changed), matters=food(), results=policy.results(DAY), files=[])

    assert found == missing


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("answer:food-sale:in-date", "perhaps"),
        ("answer:food-sale:other", "yes"),
        ("answer:site-quality:permit", "yes"),
        ("result:food-sale", "gossip"),
        ("note:food-sale", "x" * 2001),
        ("note:food-sale", 5),
        ("inspected_on", "2026-09-02"),
        ("inspected_on", "yesterday"),
        ("signature", "王某"),
        ("signature", {"kind": "drawn", "file": "x"}),
        ("grade", "A"),
    ],
)
def test_what_stands_in_no_checklist_is_refused(field: str, value: object):
    with pytest.raises(ChangeWrong):
        onsite.check_entry(Entry(uuid4(), field, value, 1), matters=food(), results=policy.results(DAY), on=DAY)


@pytest.mark.parametrize(
    ("found", "visits", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (8, 100, 0.0411, 0.15)],
)
def test_shares_have_wilsons_interval(found: int, visits: int, low: float, high: float):
    rate = rates.rate(found, visits)

    assert (rate.low, rate.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_a_difference_is_clear_only_where_its_interval_leaves_out_zero():
    """56 of 70 against 48 of 80: the example of Newcombe 1998, method 10: 0.2000 (0.0524 to 0.3339)."""
    gap = rates.difference(rates.rate(56, 70), rates.rate(48, 80))

    assert gap is not None and gap.is_clear
    assert (gap.value, gap.low, gap.high) == (
        pytest.approx(0.2), pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3339, abs=1e-4),
    )  # fmt: skip
    few = rates.difference(rates.rate(3, 5), rates.rate(1, 5))
    assert few is not None and not few.is_clear
    assert rates.difference(rates.rate(3, 5), rates.rate(0, 0)) is None


def test_every_matter_of_the_list_has_a_department_a_known_skill_and_a_checklist():
    known = {s.code for s in policy.skills(DAY)}

    for matter in policy.matters(DAY):
        assert matter.skill in {*known, ""}
        assert len({i.code for i in matter.checklist}) == len(matter.checklist) > 0


def test_the_words_of_results_are_those_of_the_catalogue():
    from chengxin.registry.catalogue import queries as catalogue

    known = set(catalogue.code_list("inspection-result").meanings)
    assert {r.word for r in policy.results(DAY + timedelta(days=1)).values()} <= known
