"""Fits the weights that the policy ships, on a labelled set, and says how good they are on sets of other seeds.

usage: .venv/bin/python bench/resolution/fit.py [--firms N] [--rows R] [--seed X]
Prints the `levels` of `cities/<city>/policy/resolution.yaml`. Uses the bench's own database.
"""

import argparse
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent))
from run import prepare, register


def labelled_pairs(made, subject_of, *, weights, terms):
    """The candidates of the set's rows, each with `same`: whether it is the row's organisation."""
    import polars as pl

    from chengxin.intake.resolution import policy
    from chengxin.intake.resolution.finding import Asked, candidates
    from chengxin.intake.resolution.tests.factories import TODAY

    asked = [Asked(r.name, r.representative, r.address) for r in made.rows]
    found = candidates(asked, words=policy.vocabulary(on=TODAY), weights=weights, terms=terms)
    truth = pl.DataFrame(
        [(n, -1 if r.truth is None else subject_of[r.truth]) for n, r in enumerate(made.rows)],
        schema={"row": pl.Int32, "truth": pl.Int64}, orient="row",
    )  # fmt: skip
    joined = found.drop("score", "probability").join(truth, on="row", how="left", maintain_order="left")
    return joined.with_columns((pl.col("subject_id") == pl.col("truth")).alias("same"))


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--firms", type=int, default=40_000)
    parser.add_argument("--rows", type=int, default=16_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    prepare()
    from chengxin.intake.resolution import policy, weighing
    from chengxin.intake.resolution.labelled import labelled_set
    from chengxin.intake.resolution.tests.factories import TODAY

    made = labelled_set(firms=options.firms, rows=options.rows, seed=options.seed)
    subject_of, _, _ = register(made)
    terms = policy.terms(on=TODAY)
    pairs = labelled_pairs(made, subject_of, weights=policy.shipped_weights(on=TODAY), terms=terms)
    fitted = weighing.fitted(pairs, weighing.first_weights(pairs), pull=terms.pull)
    print(f"absent: {fitted.absent:.3f}")
    for comparison, levels in weighing.as_written(fitted).items():
        print(f"{comparison}: {{{', '.join(f'{level}: {bits}' for level, bits in levels.items())}}}")


if __name__ == "__main__":
    main()
