"""Fits the weights that the policy ships, on one or more labelled sets together.

usage: .venv/bin/python bench/resolution/fit.py [FIRMS:ROWS:SEED ...]
Without arguments, on the sets that the policy's `source` names. Prints `absent` and the `levels` of
`cities/<city>/policy/resolution.yaml`. Uses the bench's own database, which each set fills anew.
"""

import argparse
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent))
from run import prepare, register

SHIPPED = [(40_000, 16_000, 1), (1_000_000, 8_000, 3)]


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


def candidates_of(sets):
    """The labelled candidates of all rows of the sets; each row has a number of its own."""
    import polars as pl

    from chengxin.intake.resolution import policy
    from chengxin.intake.resolution.labelled import labelled_set
    from chengxin.intake.resolution.tests.factories import TODAY

    weights, terms = policy.shipped_weights(on=TODAY), policy.terms(on=TODAY)
    found, before = [], 0
    for firms, rows, seed in sets:
        made = labelled_set(firms=firms, rows=rows, seed=seed)
        subject_of, _, _ = register(made)
        pairs = labelled_pairs(made, subject_of, weights=weights, terms=terms)
        found.append(pairs.with_columns((pl.col("row") + before).cast(pl.Int32)))
        before += rows
    return pl.concat(found)


def one_set(text):
    """Firms, rows and seed of a set as it is written on the command line."""
    firms, rows, seed = map(int, text.split(":"))
    return firms, rows, seed


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="*", type=one_set, default=SHIPPED, metavar="FIRMS:ROWS:SEED")
    options = parser.parse_args()
    prepare()
    from chengxin.intake.resolution import policy, weighing
    from chengxin.intake.resolution.tests.factories import TODAY

    pairs = candidates_of(options.sets)
    fitted = weighing.fitted(pairs, weighing.first_weights(pairs), pull=policy.terms(on=TODAY).pull)
    print(f"absent: {fitted.absent:.3f}")
    for comparison, levels in weighing.as_written(fitted).items():
        print(f"{comparison}: {{{', '.join(f'{level}: {bits}' for level, bits in levels.items())}}}")


if __name__ == "__main__":
    main()
