"""A draw that anyone can repeat: commitments, the seed, the order, who is drawn and who inspects. Pure; needs a hash.

Every number comes from one seed, which nobody knows before all parties have revealed. The same inputs give the same
draw on any machine: `docs/rules/inspections.md` says the steps in words, with a worked example.
"""

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MYRIAD = 10_000
CONTROL = "control"  # the part drawn from everyone, with no look at any grade
VALUE_BYTES = 32


class Rounding(StrEnum):
    """Which way a share that is no whole number goes: a least ratio goes up, a highest ratio goes down."""

    UP = "up"
    DOWN = "down"


class Missing(StrEnum):
    """Why a round of commitments ended without a draw."""

    COMMITMENTS = "commitments"
    REVEALS = "reveals"


@dataclass(frozen=True, slots=True)
class Stratum:
    """Objects of one stratum (层): which share of them is drawn, in ten-thousandths."""

    code: str
    per_myriad: int
    rounding: Rounding = Rounding.UP

    def of(self, size: int) -> int:
        """How many of `size` objects are drawn."""
        return share_of(size, self.per_myriad, self.rounding)


@dataclass(frozen=True, slots=True)
class Rule:
    """The sampling rule of a draw, published before it. `skills`: matter → skill that one of the inspectors needs.

    `departments`: matter → code of the organisation whose inspectors look at it. `control_per_myriad`: which share of
    everyone is drawn plainly, before the strata are looked at.
    """

    strata: tuple[Stratum, ...]
    control_per_myriad: int
    inspectors_per_department: int
    least_parties: int
    departments: Mapping[str, str]
    skills: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """An object in the published population: its token instead of its name, and what the draw needs to know of it."""

    token: str
    stratum: str
    division: str
    matters: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """An inspector who can be drawn. `divisions` is empty for the whole city; `load`: visits this year before it."""

    number: str
    organisation: str
    skills: tuple[str, ...]
    divisions: tuple[str, ...]
    load: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """An object that was drawn, in which part, and who inspects it; `lacking`: organisations without enough people."""

    token: str
    part: str
    inspectors: tuple[str, ...]
    lacking: tuple[str, ...] = ()


def canonical(value: Any) -> str:
    """The one text of a JSON value: sorted keys, no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: Any) -> str:
    """SHA-256 of the one text of a JSON value, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def token_of(draw: str, code: str, salt: str) -> str:
    """What stands for an object in the published population: bound to its code, and telling nothing without the salt.

    `salt`: 32 random bytes in hexadecimal, one for each object of each draw. Source: ADR 0018.
    """
    return _hash("object", draw, code, salt)


def commitment_of(draw: str, round_number: int, party: str, value: str) -> str:
    """What a party publishes before it reveals `value` (64 hexadecimal digits): bound to draw, round and party.

    So nobody can hand in another's commitment as one's own. Source: ADR 0018.
    """
    return _hash("commitment", draw, str(round_number), party, value)


def seed_of(statement_digest: str, round_number: int, reveals: Mapping[str, str]) -> str:
    """The seed (64 hexadecimal digits) from what was published before and what every party revealed.

    Source: ADR 0018: as long as one party chose its value at random and kept it, nobody could know the seed.
    """
    lines = [f"{party} {value}" for party, value in sorted(reveals.items())]
    return _hash("seed", statement_digest, str(round_number), *lines)


def barred(defaulted: Iterable[str], committed: Collection[str]) -> frozenset[str]:
    """Who of a void round takes no part in the draw any more: who had committed and kept its value back.

    It may have known the values of others, and so the result. Who never committed knew nothing and could steer nothing:
    it is named, and may try again. Source: ADR 0018.
    """
    return frozenset(party for party in defaulted if party in committed)


def is_value(text: str) -> bool:
    """Whether a text is a value that a party may reveal, or a hash: 64 lower-case hexadecimal digits. Source: ADR."""
    return len(text) == 2 * VALUE_BYTES and all(c in "0123456789abcdef" for c in text)


def rank(seed: str, label: str, name: str) -> bytes:
    """The place of `name` in the order called `label`: whoever has the smallest comes first.

    Source: HMAC-SHA-256 (RFC 2104) as a pseudo-random function of the seed; every order of n names is equally likely.
    """
    return hmac.new(bytes.fromhex(seed), f"{label}\n{name}".encode(), hashlib.sha256).digest()


def ordered(seed: str, label: str, names: Iterable[str]) -> list[str]:
    """The names in the order that the seed gives them under `label`, whatever order they came in. Source: ADR 0018."""
    return sorted(names, key=lambda name: (rank(seed, label, name), name))


def share_of(size: int, per_myriad: int, rounding: Rounding) -> int:
    """How many `per_myriad` ten-thousandths of `size` are; whole numbers alone. Source: the policy entry's rounding."""
    whole, rest = divmod(size * per_myriad, MYRIAD)
    return min(size, whole + (1 if rest and rounding is Rounding.UP else 0))


def sampled(seed: str, population: Sequence[Place], rule: Rule) -> list[tuple[str, str]]:
    """The drawn tokens with their part: the control group from everyone, then each stratum from who is left.

    Source: 国发〔2019〕5号 (random, by grade of risk); the shares are the published rule's.
    """
    size = share_of(len(population), rule.control_per_myriad, Rounding.UP)
    control = ordered(seed, CONTROL, (p.token for p in population))[:size]
    taken, drawn = set(control), [(token, CONTROL) for token in control]
    for stratum in rule.strata:
        of_stratum = [p.token for p in population if p.stratum == stratum.code]
        left = [token for token in of_stratum if token not in taken]
        wanted = min(stratum.of(len(of_stratum)), len(left))
        drawn += [(token, stratum.code) for token in ordered(seed, f"stratum {stratum.code}", left)[:wanted]]
    return drawn


def drawn_by(
    seed: str,
    *,
    population: Sequence[Place],
    inspectors: Sequence[Candidate],
    recusals: Collection[tuple[str, str]],
    rule: Rule,
) -> list[Drawn]:
    """The whole draw: objects, then inspectors for one after the other, each time those with the fewest visits.

    `recusals`: (inspector's number, token). Source: 行政处罚法 art. 42 (two officers), art. 43 (recusal); ADR 0018.
    """
    places, loads = {p.token: p for p in population}, {i.number: i.load for i in inspectors}
    found = []
    for token, part in sampled(seed, population, rule):
        team, lacking = _team(seed, places[token], inspectors, recusals, rule, loads)
        for number in team:
            loads[number] += 1
        found.append(Drawn(token, part, team, lacking))
    return found


def _team(
    seed: str,
    place: Place,
    inspectors: Sequence[Candidate],
    recusals: Collection[tuple[str, str]],
    rule: Rule,
    loads: Mapping[str, int],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    team: list[str] = []
    lacking: list[str] = []
    for organisation in sorted({rule.departments[m] for m in place.matters}):
        skills = {rule.skills[m] for m in place.matters if rule.departments[m] == organisation and m in rule.skills}
        able = [i for i in inspectors if may_inspect(i, place, organisation=organisation, recusals=recusals)]
        chosen = _chosen(seed, place.token, able, skills, rule.inspectors_per_department, loads)
        team += chosen
        if len(chosen) < rule.inspectors_per_department or skills - _skills_of(able, chosen):
            lacking.append(organisation)
    return tuple(team), tuple(lacking)


def may_inspect(
    candidate: Candidate, place: Place, *, organisation: str, recusals: Collection[tuple[str, str]]
) -> bool:
    """Whether an inspector may be drawn for an object: of that organisation, in that division, and not recused.

    Source: 行政处罚法 art. 43: who has an interest withdraws.
    """
    here = not candidate.divisions or place.division in candidate.divisions
    return candidate.organisation == organisation and here and (candidate.number, place.token) not in recusals


def _skills_of(able: Iterable[Candidate], chosen: Collection[str]) -> set[str]:
    return {skill for one in able if one.number in chosen for skill in one.skills}


def _chosen(
    seed: str, token: str, able: Sequence[Candidate], skills: set[str], size: int, loads: Mapping[str, int]
) -> list[str]:
    """Whoever has a skill that is still needed comes first, then who has the fewest visits, then the seed's order."""
    chosen: list[str] = []
    needed = set(skills)
    while len(chosen) < size:
        left = [i for i in able if i.number not in chosen]
        useful = [i for i in left if needed & set(i.skills)] or left
        if not useful:
            break
        fewest = min(loads[i.number] for i in useful)
        tied = [i for i in useful if loads[i.number] == fewest]
        one = min(tied, key=lambda i: (rank(seed, f"inspector {token}", i.number), i.number))
        chosen.append(one.number)
        needed -= set(one.skills)
    return chosen


def replacement(
    seed: str,
    place: Place,
    *,
    leaving: str,
    team: Collection[str],
    left_before: Collection[str],
    inspectors: Sequence[Candidate],
    recusals: Collection[tuple[str, str]],
) -> str | None:
    """Who takes the place of an inspector who must withdraw: the next of the same organisation in the seed's order.

    Who has all skills of the one who leaves comes before who has not. None where nobody is left.
    Source: 行政处罚法 art. 43; the published seed, so that nobody chooses.
    """
    gone = next(i for i in inspectors if i.number == leaving)
    able = [
        i
        for i in inspectors
        if i.number not in {*team, *left_before, leaving}
        and may_inspect(i, place, organisation=gone.organisation, recusals=recusals)
    ]
    if not able:
        return None
    label = f"replacement {place.token}"
    able.sort(key=lambda i: (not set(gone.skills) <= set(i.skills), rank(seed, label, i.number), i.number))
    return able[0].number


def population_as_json(population: Iterable[Place]) -> list[list[Any]]:
    """A population as it is published and hashed: sorted by token. Source: ADR 0018."""
    return [[p.token, p.stratum, p.division, list(p.matters)] for p in sorted(population)]


def population_of(raw: Iterable[Sequence[Any]]) -> list[Place]:
    """The population in a published file. Raises `TypeError`, `ValueError`, `IndexError`. Source: ADR 0018."""
    return [Place(str(r[0]), str(r[1]), str(r[2]), tuple(map(str, r[3]))) for r in raw]


def inspectors_as_json(inspectors: Iterable[Candidate]) -> list[list[Any]]:
    """Inspectors as they are published and hashed: sorted by number. Source: ADR 0018."""
    return [[i.number, i.organisation, list(i.skills), list(i.divisions), i.load] for i in sorted(inspectors)]


def inspectors_of(raw: Iterable[Sequence[Any]]) -> list[Candidate]:
    """The inspectors in a published file. Raises `TypeError`, `ValueError`, `IndexError`. Source: ADR 0018."""
    return [Candidate(str(r[0]), str(r[1]), tuple(map(str, r[2])), tuple(map(str, r[3])), int(r[4])) for r in raw]


def rule_as_json(rule: Rule) -> dict[str, Any]:
    """A rule as it is published. Source: ADR 0018."""
    return {
        "strata": [[s.code, s.per_myriad, s.rounding.value] for s in rule.strata],
        "control_per_myriad": rule.control_per_myriad,
        "inspectors_per_department": rule.inspectors_per_department,
        "least_parties": rule.least_parties,
        "departments": dict(rule.departments),
        "skills": dict(rule.skills),
    }


def rule_of(raw: Mapping[str, Any]) -> Rule:
    """The rule in a published file. Raises `KeyError`, `TypeError`, `ValueError`. Source: ADR 0018."""
    return Rule(
        strata=tuple(Stratum(str(s[0]), int(s[1]), Rounding(s[2])) for s in raw["strata"]),
        control_per_myriad=int(raw["control_per_myriad"]),
        inspectors_per_department=int(raw["inspectors_per_department"]),
        least_parties=int(raw["least_parties"]),
        departments={str(k): str(v) for k, v in raw["departments"].items()},
        skills={str(k): str(v) for k, v in raw["skills"].items()},
    )


def _hash(what: str, *lines: str) -> str:
    return hashlib.sha256("\n".join((f"chengxin draw {what} 1", *lines)).encode()).hexdigest()
