"""Names resolved per second and F1 on a labelled set, against rapidfuzz alone and Splink's defaults on the same set.

usage: .venv/bin/python bench/resolution/run.py [--firms N] [--rows R] [--rounds K] [--slow S] [--seed X] [--without-splink] [--fill | --filled]
`--slow`: rows that rapidfuzz alone gets, since it looks at every registered name. `--fill` stops when the register is filled
and indexed, `--filled` takes it as that left it: for a large one, where only the measuring needs a quiet machine. Uses a database of its own,
`chengxin_bench_resolution`, which it fills anew. Thresholds of the peers are those with the best F1 on a training set of
another seed; Chengxin's are those of the policy. All names are made up.
"""

import argparse
import logging
import os
import platform
import statistics
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
from database import opened

sys.path.append(str(Path(__file__).resolve().parents[2] / "src"))
DATABASE = "chengxin_bench_resolution"
TRAINING_SEED = 1
TRAINING_ROWS = 2_000
TABLES = (
    "resolution_form, resolution_key, resolution_detail, resolution_reach, subjects_subject, subjects_subjectname, "
    "records_record"
)


def prepare() -> None:
    """Migrate the bench's database and connect to it."""
    opened(DATABASE)


def register(made) -> tuple[dict[int, int], float, float]:
    """Fill the register with the set's firms; place -> subject, seconds to fill and to index."""
    import psycopg
    from django.conf import settings

    from chengxin.intake.resolution import indexing
    from chengxin.intake.resolution.tests.factories import AT, register_firms

    with psycopg.connect(settings.EMBEDDED_ADDRESS, dbname=DATABASE, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {TABLES} CASCADE")
    start = time.perf_counter()
    subject_of = register_firms(made.firms)
    filled = time.perf_counter() - start
    start = time.perf_counter()
    indexing.catch_up(at=AT)
    indexed = time.perf_counter() - start
    with psycopg.connect(settings.EMBEDDED_ADDRESS, dbname=DATABASE, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE resolution_key, resolution_form, resolution_detail")
    return subject_of, filled, indexed


def registered(made) -> dict[int, int]:
    """Place -> subject of a register that was filled with the same set before."""
    from chengxin.intake.collection.tests.factories import company
    from chengxin.registry.subjects import queries as subjects

    ids = subjects.ids_of([company(n) for n in range(len(made.firms))])
    return {place: ids[company(place)] for place in range(len(made.firms))}


def chengxin(made, subject_of, weights, terms) -> tuple[float, dict[int, int | None]]:
    """Seconds for all rows, and the place that each row was tied to."""
    from chengxin.intake.resolution import policy
    from chengxin.intake.resolution.finding import Asked, candidates
    from chengxin.intake.resolution.tests.factories import TODAY

    place_of = {subject: place for place, subject in subject_of.items()}
    words, tied = policy.vocabulary(on=TODAY), {}
    start = time.perf_counter()
    for first in range(0, len(made.rows), 2_000):
        asked = [Asked(r.name, r.representative, r.address) for r in made.rows[first : first + 2_000]]
        found = candidates(asked, words=words, weights=weights, terms=terms)
        best = found.unique("row", keep="first", maintain_order=True)
        for row, subject, probability in best.select("row", "subject_id", "probability").iter_rows():
            if probability >= terms.tie_from:
                tied[first + row] = place_of[subject]
    return time.perf_counter() - start, tied


def rapidfuzz_alone(made, rows) -> tuple[float, list[tuple[int, int, float]]]:
    """Seconds, and for each row the best of all names with its ratio."""
    from rapidfuzz import fuzz, process

    names = [f.name for f in made.firms]
    start = time.perf_counter()
    found = []
    for place, row in enumerate(rows):
        _name, score, best = process.extractOne(row.name, names, scorer=fuzz.ratio)
        found.append((place, best, score))
    return time.perf_counter() - start, found


def splink_defaults(made, rows) -> tuple[float, list[tuple[int, int, float]]]:
    """Seconds to train and predict, and for each row the best candidate with its probability."""
    import polars as pl
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    known = pl.DataFrame(
        [(i, f.name, f.representative, f.address) for i, f in enumerate(made.firms)],
        schema=["unique_id", "name", "representative", "address"], orient="row",
    )  # fmt: skip
    asked = pl.DataFrame(
        [(i, r.name, r.representative or None, r.address or None) for i, r in enumerate(rows)],
        schema=["unique_id", "name", "representative", "address"], orient="row",
    )  # fmt: skip
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("name"),
            cl.ExactMatch("representative").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("address"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("substr(name, 1, 6)"),
            block_on("substr(name, 3, 4)"),
            block_on("representative", "substr(name, -4, 4)"),
            block_on("address"),
        ],
    )
    start = time.perf_counter()
    api = DuckDBAPI()
    linker = Linker(
        [
            api.register(asked.to_arrow(), dataset_display_name="asked"),
            api.register(known.to_arrow(), dataset_display_name="known"),
        ],
        settings,
        log_level=logging.ERROR,
    )
    linker.training.estimate_probability_two_random_records_match([block_on("name"), block_on("address")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("substr(name, 1, 6)"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("representative"))
    predicted = linker.inference.predict(threshold_match_probability=0.01)
    table = pl.DataFrame(predicted.as_dict())
    spent = time.perf_counter() - start
    swap = pl.col("source_dataset_l") == "asked"
    pairs = table.select(
        pl.when(swap).then("unique_id_l").otherwise("unique_id_r").alias("row"),
        pl.when(swap).then("unique_id_r").otherwise("unique_id_l").alias("firm"),
        "match_probability",
    )
    best = pairs.sort("match_probability", descending=True).unique("row", keep="first")
    return spent, list(best.iter_rows())


def judged(tied: dict[int, int], rows) -> tuple[float, float, float]:
    """Precision, recall and F1 of ties (row -> firm)."""
    truth = {place: r.truth for place, r in enumerate(rows) if r.truth is not None}
    right = sum(truth.get(place) == firm for place, firm in tied.items())
    precision, recall = right / max(1, len(tied)), right / max(1, len(truth))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def best_threshold(found, rows) -> float:
    """The threshold with the best F1."""
    steps = sorted({round(score, 3) for _, _, score in found})
    steps = steps[:: max(1, len(steps) // 60)]
    return max(steps, key=lambda t: judged({row: firm for row, firm, score in found if score >= t}, rows)[2])


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--firms", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--slow", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=101)
    parser.add_argument("--without-splink", action="store_true")
    parser.add_argument("--fill", action="store_true")
    parser.add_argument("--filled", action="store_true")
    options = parser.parse_args()
    prepare()
    from chengxin.intake.resolution import policy
    from chengxin.intake.resolution.labelled import labelled_set
    from chengxin.intake.resolution.tests.factories import TODAY

    made = labelled_set(firms=options.firms, rows=options.rows, seed=options.seed)
    if options.filled:
        subject_of = registered(made)
    else:
        subject_of, filled, indexed = register(made)
        print(f"fill {filled:.1f} s, index {indexed:.1f} s ({options.firms / indexed:,.0f} names/s)", flush=True)
        if options.fill:
            return
    training = labelled_set(firms=min(options.firms, 20_000), rows=TRAINING_ROWS, seed=TRAINING_SEED)
    weights, terms = policy.shipped_weights(on=TODAY), policy.terms(on=TODAY)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {options.firms:,} registered, {options.rows:,} rows"
    )
    print("| way | rows | names/s | precision | recall | F1 |\n|---|---|---|---|---|---|")
    slow = made.rows[: options.slow]
    rates: dict[str, list[float]] = {"Chengxin": [], "rapidfuzz alone": [], "Splink": []}
    results = {}
    fuzzy = best_threshold(rapidfuzz_alone(training, training.rows[:600])[1], training.rows[:600])
    likely = (
        0.0 if options.without_splink else best_threshold(splink_defaults(training, training.rows)[1], training.rows)
    )
    for _ in range(options.rounds):
        spent, tied = chengxin(made, subject_of, weights, terms)
        rates["Chengxin"].append(len(made.rows) / spent)
        results["Chengxin"] = (len(made.rows), judged(tied, made.rows))
        spent, found = rapidfuzz_alone(made, slow)
        rates["rapidfuzz alone"].append(len(slow) / spent)
        results["rapidfuzz alone"] = (len(slow), judged({r: f for r, f, s in found if s >= fuzzy}, slow))
        if not options.without_splink:
            spent, found = splink_defaults(made, made.rows)
            rates["Splink"].append(len(made.rows) / spent)
            results["Splink"] = (len(made.rows), judged({r: f for r, f, s in found if s >= likely}, made.rows))
    for way, (rows, (precision, recall, f1)) in results.items():
        print(
            f"| {way} | {rows:,} | {statistics.median(rates[way]):,.0f} | {precision:.4f} | {recall:.4f} | {f1:.4f} |"
        )
    print(f"thresholds: rapidfuzz {fuzzy}, Splink {likely}; rounds {options.rounds}")


if __name__ == "__main__":
    main()
