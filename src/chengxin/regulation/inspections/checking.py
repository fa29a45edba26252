"""Checks a published draw: everything is computed anew from DRAW.json. Needs no database, no settings, no network."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chengxin.base.transparency import checking as log
from chengxin.regulation.inspections import rules
from chengxin.regulation.inspections.rules import Candidate, Place, Rule

FORMAT = "chengxin-draw-1"
TOPIC = "inspections"
DRAWN, VOID, OPEN = "drawn", "void", "open"


class Finding(StrEnum):
    """What a check found; only `GOOD` and `NOT_YET` are in order."""

    GOOD = "good"
    NOT_YET = "not-yet"  # published before the draw: what can be checked holds
    UNREADABLE = "unreadable"
    WRONG_STATEMENT = "wrong-statement"  # the statement is not the one whose hash was published
    WRONG_POPULATION = "wrong-population"
    WRONG_INSPECTORS = "wrong-inspectors"
    WRONG_COMMITMENT = "wrong-commitment"  # a party revealed something else, too late, or before the others committed
    WRONG_ROUNDS = "wrong-rounds"  # a round ended otherwise than the rule says
    WRONG_SEED = "wrong-seed"
    WRONG_RESULT = "wrong-result"  # the seed draws others
    WRONG_REPLACEMENT = "wrong-replacement"
    WRONG_LOG = "wrong-log"  # the public log does not hold what the file says


@dataclass(frozen=True, slots=True)
class Checked:
    """The finding, and what was checked."""

    finding: Finding
    number: str = ""
    population: int = 0
    visits: int = 0
    rounds: int = 0

    @property
    def is_good(self) -> bool:
        """Whether everything that can be checked holds."""
        return self.finding in (Finding.GOOD, Finding.NOT_YET)


def check(text: str | bytes, *, key: bytes = b"") -> Checked:
    """Compute a draw anew from its file. `key` (PEM): the key of the public log that you trust; else the file's own."""
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            return Checked(Finding.UNREADABLE)
        return _checked(content, key)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, StopIteration, RecursionError):
        return Checked(Finding.UNREADABLE)


def is_mine(text: str | bytes, *, code: str, salt: str) -> tuple[str, str] | None:
    """The token and part of the object with that code in a draw's file, "" where it was not drawn; None: not in it.

    Raises `ValueError`, `KeyError` for a file that cannot be read.
    """
    content = json.loads(text)
    token = rules.token_of(content["statement"]["number"], code, salt)
    if all(raw[0] != token for raw in content["population"]):
        return None
    return token, next((v["part"] for v in content["visits"] if v["token"] == token), "")


def _checked(content: Mapping[str, Any], key: bytes) -> Checked:
    statement = content["statement"]
    population = rules.population_of(content["population"])
    inspectors = rules.inspectors_of(content["inspectors"])
    recusals = [(str(r[0]), str(r[1])) for r in content["recusals"]]
    rule = rules.rule_of(statement["rule"])
    finding = (
        _statement(content, key)
        or _population(statement, population)
        or _inspectors(statement, inspectors, recusals)
        or _rounds(content, rule)
        or _result(content, population, inspectors, recusals, rule)
        or (Finding.GOOD if content["rounds"][-1]["ended"] == DRAWN else Finding.NOT_YET)
    )
    return Checked(finding, statement["number"], len(population), len(content["visits"]), len(content["rounds"]))


def _statement(content: Mapping[str, Any], key: bytes) -> Finding | None:
    if rules.digest(content["statement"]) != content["statement_sha256"]:
        return Finding.WRONG_STATEMENT
    told: dict[tuple[str, str, str], int] = {}
    for proof in content["log"]:
        if not log.check(json.dumps(proof), key=key).is_good:
            return Finding.WRONG_LOG
        leaf = json.loads(proof["leaf"])
        told[leaf["topic"], leaf["kind"], rules.canonical(json.loads(proof["opening"]["statement"]))] = proof["index"]
    wanted = [(TOPIC, kind, rules.canonical(value)) for kind, value in logged(content)]
    if not set(wanted) <= set(told):
        return Finding.WRONG_LOG
    places = [told[one] for one in wanted]
    return None if places == sorted(places) else Finding.WRONG_LOG  # published, committed, drawn: in this order


def logged(content: Mapping[str, Any]) -> list[tuple[str, dict[str, str]]]:
    """What of a draw's file must stand in the public log: kind and statement of each leaf."""
    number = content["statement"]["number"]
    found = [("draw-published", {"draw": number, "statement": content["statement_sha256"]})]
    for one in content["rounds"]:
        base = {"draw": number, "round": str(one["number"])}
        found.append(("round-started", {**base, **round_terms(one)}))
        found += [
            ("committed", {**base, "party": c["party"], "commitment": c["commitment"]}) for c in one["commitments"]
        ]
        if one["ended"] == DRAWN:
            result = rules.digest(content["visits_drawn"])
            found.append(("drawn", {**base, "seed": content["seed"], "result": result}))
        elif one["ended"] == VOID:
            found.append(("round-void", {**base, "defaulted": ",".join(one["defaulted"])}))
    return found


def round_terms(one: Mapping[str, Any]) -> dict[str, str]:
    """Who commits in a round and until when, as the public log binds it."""
    return {
        "parties": ",".join(one["parties"]),
        "commit_until": one["commit_until"],
        "reveal_until": one["reveal_until"],
    }


def _population(statement: Mapping[str, Any], population: Sequence[Place]) -> Finding | None:
    as_told = rules.population_as_json(population)
    counts: dict[str, int] = {}
    for place in population:
        counts[place.stratum] = counts.get(place.stratum, 0) + 1
    told = statement["population"]
    is_sound = (
        len({p.token for p in population}) == len(population) == told["size"]
        and counts == told["strata"]
        and rules.digest(as_told) == told["sha256"]
    )
    return None if is_sound else Finding.WRONG_POPULATION


def _inspectors(
    statement: Mapping[str, Any], inspectors: Sequence[Candidate], recusals: Sequence[tuple[str, str]]
) -> Finding | None:
    as_told = [rules.inspectors_as_json(inspectors), sorted([n, t] for n, t in recusals)]
    told = statement["inspectors"]
    is_sound = len({i.number for i in inspectors}) == len(inspectors) == told["size"]
    return None if is_sound and rules.digest(as_told) == told["sha256"] else Finding.WRONG_INSPECTORS


def _rounds(content: Mapping[str, Any], rule: Rule) -> Finding | None:
    number, barred = content["statement"]["number"], set[str]()
    rounds = content["rounds"]
    if [r["number"] for r in rounds] != list(range(1, len(rounds) + 1)):
        return Finding.WRONG_ROUNDS
    for place, one in enumerate(rounds):
        if not _is_kept(one, number) or barred & set(one["parties"]):
            return Finding.WRONG_COMMITMENT
        is_last = place == len(rounds) - 1
        if one["ended"] == OPEN and is_last:
            continue
        committed = {c["party"] for c in one["commitments"]}
        silent = committed - {r["party"] for r in one["reveals"]}
        is_enough = len(committed) >= rule.least_parties
        is_drawn = is_enough and not silent
        if one["ended"] != (DRAWN if is_drawn else VOID) or (is_drawn and not is_last):
            return Finding.WRONG_ROUNDS
        if not is_drawn:
            late = silent if is_enough else set(one["parties"]) - committed
            if sorted(late) != sorted(one["defaulted"]):
                return Finding.WRONG_ROUNDS
            barred |= rules.barred(late, committed)
    return None


def _is_kept(one: Mapping[str, Any], number: str) -> bool:
    """Whether each commitment came in time from a party, once, and each reveal opens one, after all had committed."""
    commit_until, reveal_until = (datetime.fromisoformat(one[name]) for name in ("commit_until", "reveal_until"))
    commitments = {c["party"]: c for c in one["commitments"]}
    times = [datetime.fromisoformat(c["at"]) for c in one["commitments"]]
    if len(commitments) != len(one["commitments"]) or not set(commitments) <= set(one["parties"]):
        return False
    if any(at >= commit_until for at in times):
        return False
    opens = max(times) if set(commitments) == set(one["parties"]) else commit_until
    if len({r["party"] for r in one["reveals"]}) != len(one["reveals"]):
        return False
    for reveal in one["reveals"]:
        at = datetime.fromisoformat(reveal["at"])
        told = commitments.get(reveal["party"])
        if told is None or not opens <= at < reveal_until:
            return False
        if rules.commitment_of(number, one["number"], reveal["party"], reveal["value"]) != told["commitment"]:
            return False
    return True


def _result(
    content: Mapping[str, Any],
    population: Sequence[Place],
    inspectors: Sequence[Candidate],
    recusals: Sequence[tuple[str, str]],
    rule: Rule,
) -> Finding | None:
    last = content["rounds"][-1]
    if last["ended"] != DRAWN:
        is_empty = not content["seed"] and not content["visits_drawn"] and not content["replacements"]
        return None if is_empty and not content["visits"] else Finding.WRONG_RESULT
    reveals = {r["party"]: r["value"] for r in last["reveals"]}
    seed = rules.seed_of(content["statement_sha256"], last["number"], reveals)
    if seed != content["seed"]:
        return Finding.WRONG_SEED
    drawn = rules.drawn_by(seed, population=population, inspectors=inspectors, recusals=set(recusals), rule=rule)
    if visits_as_json(drawn) != content["visits_drawn"]:
        return Finding.WRONG_RESULT
    return _replacements(content, {p.token: p for p in population}, inspectors, set(recusals))


def visits_as_json(drawn: Sequence[rules.Drawn]) -> list[dict[str, Any]]:
    """The result of a draw as it is published and hashed."""
    return [
        {"token": d.token, "part": d.part, "inspectors": list(d.inspectors), "lacking": list(d.lacking)} for d in drawn
    ]


def _replacements(
    content: Mapping[str, Any],
    places: Mapping[str, Place],
    inspectors: Sequence[Candidate],
    recusals: set[tuple[str, str]],
) -> Finding | None:
    visits = {v["token"]: dict(v) for v in json.loads(json.dumps(content["visits_drawn"]))}
    gone: dict[str, set[str]] = {}
    for one in content["replacements"]:
        token, visit = one["token"], visits[one["token"]]
        left = gone.setdefault(token, set())
        by_seed = rules.replacement(
            content["seed"], places[token], leaving=one["out"], team=visit["inspectors"], left_before=left,
            inspectors=inspectors, recusals=recusals,
        )  # fmt: skip
        if one["out"] not in visit["inspectors"] or by_seed != one["in"]:
            return Finding.WRONG_REPLACEMENT
        visit["inspectors"] = [by_seed if n == one["out"] else n for n in visit["inspectors"]]
        left.add(one["out"])
    return None if list(visits.values()) == content["visits"] else Finding.WRONG_REPLACEMENT
