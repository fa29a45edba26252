"""Reads the dated policy of resolution into values."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from chengxin.base import policy
from chengxin.intake.resolution.names import ELSEWHERE, Vocabulary, plain_name
from chengxin.intake.resolution.weighing import Terms, Weights, weights_from
from chengxin.registry.catalogue import queries as catalogue

KIND = "resolution"
FULL = ("壮族自治县", "自治县", "市", "区", "县")


@lru_cache(maxsize=4)
def vocabulary(*, on: date) -> Vocabulary:
    """The words that names are read by on that day; divisions of the city come from its own table."""
    values = policy.entry_on(KIND, "words", on).values
    regions = {plain_name(place): "" for place in values["home"]}
    for place in map(plain_name, _districts(values["home"])):
        regions[place] = _short(place)
    for place in map(plain_name, values["elsewhere"]):
        regions[place] = _short(place) + ELSEWHERE
    endings = {plain_name(end): kind for kind, ends in values["endings"].items() for end in ends}
    trades = {plain_name(t): plain_name(one) for one, others in values["trades"].items() for t in (one, *others)}
    return Vocabulary(
        regions=regions,
        endings=endings,
        remarks=_longest_first(map(plain_name, values["remarks"])),
        branches=_longest_first(map(plain_name, values["branches"])),
        trades=trades,
        longest_region=max(map(len, regions)),
        home=_longest_first(map(plain_name, values["home"])),
        endings_by_length=_longest_first(endings),
        trades_by_length=_longest_first(trades),
    )


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=len, reverse=True))


def _districts(home: list[str]) -> list[str]:
    listed = catalogue.code_list("division").meanings.values()
    return [words.zh for words in listed if words.zh not in home]


def _short(place: str) -> str:
    end = next((e for e in FULL if place.endswith(e) and len(place) - len(e) > 1), "")
    return place.removesuffix(end) if end else place


def shipped_weights(*, on: date) -> Weights:
    """The weights that came with the platform, as they are in force on that day: version 0."""
    entry = policy.entry_on(KIND, "weights", on)
    return weights_from(entry.values["levels"], absent=float(entry.values["absent"]))


def terms(*, on: date) -> Terms:
    """From which probability on a row is tied or shown for review, and how learning is damped."""
    values = policy.entry_on(KIND, "terms", on).values
    return Terms(
        tie_from=float(values["tie_from"]),
        review_from=float(values["review_from"]),
        shown=int(values["shown"]),
        block=int(values["block"]),
        learn_after=int(values["learn_after"]),
        pull=float(values["pull"]),
        crowds=(int(values["few"]), int(values["some"])),
    )
