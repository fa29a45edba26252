import hashlib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengxin.regulation.inspections import rules
from chengxin.regulation.inspections.rules import CONTROL, Candidate, Place, Rounding, Rule, Stratum

SEED = hashlib.sha256(b"seed").hexdigest()
TOKENS = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(200)]


def seed(number: int) -> str:
    return hashlib.sha256(f"seed {number}".encode()).hexdigest()


def place(token: str, stratum: str = "A", division: str = "450103", matters: tuple[str, ...] = ("food",)) -> Place:
    return Place(token, stratum, division, matters)


def candidate(number: str, *, organisation: str = "market", skills: tuple[str, ...] = ("food",),
              divisions: tuple[str, ...] = (), load: int = 0) -> Candidate:  # fmt: skip
    return Candidate(number, organisation, skills, divisions, load)


def rule(*strata: Stratum, control: int = 0, each: int = 2, **changed: object) -> Rule:
    given_ = {"departments": {"food": "market", "fire": "fire"}, "skills": {"food": "food"}} | changed
    return Rule(strata or (Stratum("A", 5000),), control, each, 3, **given_)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("size", "per_myriad", "rounding", "expected"),
    [
        (0, 10_000, Rounding.UP, 0),
        (33, 300, Rounding.UP, 1),  # 0.99
        (33, 300, Rounding.DOWN, 0),
        (100, 300, Rounding.DOWN, 3),
        (100, 300, Rounding.UP, 3),
        (7, 10_000, Rounding.DOWN, 7),
    ],
)
def test_a_least_ratio_rounds_up_and_a_highest_ratio_rounds_down(
    size: int, per_myriad: int, rounding: Rounding, expected: int
):
    assert rules.share_of(size, per_myriad, rounding) == expected


def test_the_worked_example_of_the_docs():
    """Held to docs/rules/inspections.md; with it anyone can check an implementation of their own."""
    page = (Path(__file__).parents[5] / "docs" / "rules" / "inspections.md").read_text(encoding="utf-8")
    reveals = {"P": "11" * 32, "Q": "22" * 32}

    seed_ = rules.seed_of("00" * 32, 1, reveals)

    assert rules.commitment_of("SJ2026-0001", 1, "P", reveals["P"]) in page
    assert seed_ in page
    assert rules.ordered(seed_, "stratum A", ["aa", "bb", "cc"]) == ["cc", "bb", "aa"]
    assert "`cc`, `bb`, `aa`" in page


@settings(max_examples=25, deadline=None)
@given(st.permutations(TOKENS[:20]), st.integers(0, 50))
def test_the_order_does_not_depend_on_how_the_names_came_in(names: list[str], number: int):
    assert rules.ordered(seed(number), "x", names) == rules.ordered(seed(number), "x", TOKENS[:20])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from("ABC"), min_size=1, max_size=120), st.integers(0, 10_000), st.integers(0, 3_000))
def test_each_stratum_gets_its_share_and_nobody_is_drawn_twice(strata: list[str], share: int, control: int):
    population = [place(TOKENS[n], s) for n, s in enumerate(strata)]
    wanted = rule(*(Stratum(code, share) for code in "ABC"), control=control)

    drawn = rules.sampled(SEED, population, wanted)

    assert len({t for t, _ in drawn}) == len(drawn)
    parts = Counter(part for _, part in drawn)
    assert parts[CONTROL] == rules.share_of(len(population), control, Rounding.UP)
    controls = Counter(p.stratum for p in population if (p.token, CONTROL) in drawn)
    for stratum in wanted.strata:
        size = strata.count(stratum.code)
        assert parts[stratum.code] == min(stratum.of(size), size - controls[stratum.code])


def test_everyone_in_a_stratum_is_drawn_equally_often():
    """Chi-square over 2,000 seeds: 40 objects, 10 drawn each time; the seeds are fixed, so the test cannot flicker."""
    population = [place(token) for token in TOKENS[:40]]
    counted = Counter(
        token
        for number in range(2_000)
        for token, _ in rules.sampled(seed(number), population, rule(Stratum("A", 2500)))
    )

    expected = 2_000 * 10 / 40
    # The draws without replacement make the statistic smaller than chi-square by (1 - 10/40).
    statistic = sum((counted[t] - expected) ** 2 / expected for t in TOKENS[:40]) / (1 - 10 / 40)
    assert statistic < 72.05  # 99.9 % of chi-square with 39 degrees of freedom


def test_every_order_of_four_names_is_equally_likely():
    counted = Counter(tuple(rules.ordered(seed(n), "x", TOKENS[:4])) for n in range(4_800))

    assert len(counted) == 24
    assert sum((n - 200) ** 2 / 200 for n in counted.values()) < 49.73  # 99.9 %, 23 degrees of freedom


def test_one_value_changes_the_whole_draw():
    population = [place(token) for token in TOKENS]
    reveals = {"P": "11" * 32, "Q": "22" * 32, "R": "33" * 32}
    one = rules.sampled(rules.seed_of(SEED, 1, reveals), population, rule())
    other = rules.sampled(rules.seed_of(SEED, 1, reveals | {"R": "34" * 32}), population, rule())

    assert 30 < len(set(one) & set(other)) < 70  # of 100 each: no more in common than chance gives


def test_a_commitment_cannot_be_handed_in_as_someone_elses_or_for_another_round():
    made = {
        rules.commitment_of("SJ1", 1, "P", "11" * 32),
        rules.commitment_of("SJ1", 1, "Q", "11" * 32),
        rules.commitment_of("SJ1", 2, "P", "11" * 32),
        rules.commitment_of("SJ2", 1, "P", "11" * 32),
    }

    assert len(made) == 4


def drawn(population: list[Place], inspectors: list[Candidate], recusals: set[tuple[str, str]] = frozenset(),  # type: ignore[assignment]
          wanted: Rule | None = None) -> list[rules.Drawn]:  # fmt: skip
    return rules.drawn_by(
        SEED, population=population, inspectors=inspectors, recusals=recusals, rule=wanted or rule(Stratum("A", 10_000))
    )


def test_visits_are_shared_out_evenly_and_whoever_had_more_before_gets_fewer():
    people = [candidate("1"), candidate("2"), candidate("3"), candidate("4", load=10)]

    found = Counter(n for d in drawn([place(t) for t in TOKENS[:30]], people) for n in d.inspectors)

    assert sum(found.values()) == 60
    total = {n: found[n] + (10 if n == "4" else 0) for n in "1234"}
    assert max(total.values()) - min(total.values()) <= 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.tuples(st.sampled_from("12345"), st.sampled_from(TOKENS[:12]))))
def test_nobody_inspects_whom_they_withdraw_from(recusals: set[tuple[str, str]]):
    people = [candidate(n) for n in "12345"]

    for one in drawn([place(t) for t in TOKENS[:12]], people, recusals):
        able = {n for n in "12345" if (n, one.token) not in recusals}
        assert set(one.inspectors) <= able
        assert len(set(one.inspectors)) == len(one.inspectors) == min(2, len(able))
        assert one.lacking == (() if len(able) >= 2 else ("market",))


def test_a_skill_comes_before_load_and_a_division_is_kept():
    people = [
        candidate("1", skills=(), load=0),
        candidate("2", skills=(), load=0),
        candidate("3", skills=("food",), load=9),
        candidate("4", skills=("food",), load=0, divisions=("450102",)),
    ]

    (found,) = drawn([place(TOKENS[0])], people)

    assert "3" in found.inspectors and "4" not in found.inspectors and found.lacking == ()


def test_a_team_without_the_skill_says_which_department_lacks_it():
    (found,) = drawn([place(TOKENS[0])], [candidate("1", skills=()), candidate("2", skills=())])

    assert len(found.inspectors) == 2 and found.lacking == ("market",)


def test_a_joint_visit_has_inspectors_of_each_department():
    people = [candidate("1"), candidate("2"), *(candidate(n, organisation="fire", skills=()) for n in "345")]

    (found,) = drawn([place(TOKENS[0], matters=("fire", "food"))], people)

    assert len(found.inspectors) == 4
    assert {"1", "2"} < set(found.inspectors)


def test_who_must_withdraw_is_replaced_by_the_next_in_the_seeds_order():
    people = [candidate(n) for n in "12345"]
    (found,) = drawn([place(TOKENS[0])], people)
    out = found.inspectors[0]
    given_ = {"team": found.inspectors, "inspectors": people, "recusals": set()}

    first = rules.replacement(SEED, place(TOKENS[0]), leaving=out, left_before=set(), **given_)
    again = rules.replacement(SEED, place(TOKENS[0]), leaving=out, left_before={first}, **given_)

    assert first not in found.inspectors and again not in {*found.inspectors, first}
    nobody = rules.replacement(SEED, place(TOKENS[0]), leaving=out, left_before=set("12345"), **given_)
    assert nobody is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.builds(Place, st.sampled_from(TOKENS), st.sampled_from("AB"), st.just("450103"),
                          st.just(("food",))), unique_by=lambda p: p.token))  # fmt: skip
def test_what_is_published_reads_back_as_it_was(population: list[Place]):
    assert rules.population_of(rules.population_as_json(population)) == sorted(population)
    assert rules.rule_of(rules.rule_as_json(rule())) == rule()
