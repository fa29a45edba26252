"""The promise of automatic ties, on a labelled set that no weight has seen: docs/benchmarks.md has it at full size."""

import pytest

from chengxin.intake.resolution import indexing, policy, queries
from chengxin.intake.resolution.finding import Asked, candidates
from chengxin.intake.resolution.labelled import labelled_set
from chengxin.intake.resolution.tests.factories import AT, TODAY, register_firms

FIRMS, ROWS, SEED = 4_000, 4_000, 101  # weights were fitted on seed 1, the threshold chosen on others below 20
LEAST_PRECISION, LEAST_RECALL = 0.995, 0.95


def test_the_same_seed_makes_the_same_set_and_hard_negatives_are_nobodys():
    one, same, other = (labelled_set(firms=50, rows=80, seed=seed) for seed in (5, 5, 6))
    registered = {f.name for f in one.firms}

    assert one == same != other
    assert {r.truth is None for r in one.rows} == {True, False}
    assert len(registered) == len(one.firms)


@pytest.mark.django_db
def test_automatic_ties_are_right_and_hardly_any_is_missed():
    made = labelled_set(firms=FIRMS, rows=ROWS, seed=SEED)
    subject_of = register_firms(made.firms)
    assert indexing.catch_up(at=AT) >= FIRMS
    assert indexing.catch_up(at=AT) == 0
    terms = policy.terms(on=TODAY)
    asked = [Asked(r.name, r.representative, r.address) for r in made.rows]

    found = candidates(
        asked, words=policy.vocabulary(on=TODAY), weights=queries.weights_in_force(on=TODAY)[1], terms=terms
    )

    best = found.unique("row", keep="first", maintain_order=True)
    tied = dict(best.filter(best["probability"] >= terms.tie_from).select("row", "subject_id").iter_rows())
    truth = {place: subject_of[r.truth] for place, r in enumerate(made.rows) if r.truth is not None}
    right = sum(truth.get(place) == subject for place, subject in tied.items())
    assert right / len(tied) >= LEAST_PRECISION
    assert right / len(truth) >= LEAST_RECALL
