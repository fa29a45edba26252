"""Corrections for wrong codes, for all rows of a hand-in at once: two lookups whatever the number of rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chengxin.intake.quality.policy import Proposing
from chengxin.intake.quality.rules import Candidate, Edit, Proposal, neighbours, ranked, written_code
from chengxin.registry.subjects import matching
from chengxin.registry.subjects.rules import comparable_name


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row whose code is in doubt; `registered`: the present name of the code's subject, "" where the check fails."""

    row: int
    code: str
    name: str
    registered: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed for a row; `is_known`: the register has a subject of that name."""

    is_known: bool
    proposals: tuple[Proposal, ...]


def proposed(rows: Sequence[Wanted], terms: Proposing) -> dict[int, Proposed]:
    """The proposals for each row, best first.

    A code that fails its check: the registered codes within one substitution or transposition whose subject's name
    matches; then, as for a code of another subject, the codes of the subjects that bear the name. A code whose subject
    is called otherwise may also be right as it is. Index: unique code, `subjectname_prefix`.
    """
    near = {w.row: neighbours(written_code(w.code)) for w in rows if not w.registered}
    by_code = matching.by_codes({code for codes in near.values() for code in codes})
    by_name = matching.by_names({comparable_name(w.name) for w in rows if w.name})
    found = {}
    for wanted in rows:
        bearers = by_name.get(comparable_name(wanted.name), ())
        candidates = [*_near(near.get(wanted.row, {}), by_code), *_bearers(bearers, wanted)]
        if wanted.registered:
            candidates.append(
                Candidate(written_code(wanted.code), wanted.registered, (wanted.registered,), Edit.SAME_CODE)
            )
        best = ranked(wanted.name, candidates, least=terms.least_likeness, most=terms.most)
        found[wanted.row] = Proposed(bool(bearers), best)
    return found


def _near(near: Mapping[str, Edit], by_code: Mapping[str, Sequence[matching.Named]]) -> list[Candidate]:
    found = []
    for code, edit in near.items():
        named = by_code.get(code, ())
        if named:
            found.append(Candidate(code, named[0].name, tuple(n.borne for n in named), edit))
    return found


def _bearers(bearers: Sequence[matching.Named], wanted: Wanted) -> list[Candidate]:
    names: dict[str, list[str]] = defaultdict(list)
    present = {}
    for one in bearers:
        names[one.code].append(one.borne)
        present[one.code] = one.name
    return [
        Candidate(code, present[code], tuple(borne), Edit.SAME_NAME)
        for code, borne in names.items()
        if code != written_code(wanted.code)
    ]
