"""`bin/manage draw verify`: computes a published draw anew, without database, settings or network."""

import argparse
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from chengxin.regulation.inspections import rules
from chengxin.regulation.inspections.checking import Finding, check, is_mine

SAID = {
    Finding.GOOD: "holds: population, commitments, seed, every object and every inspector",
    Finding.NOT_YET: "holds so far: published, and not drawn yet",
    Finding.UNREADABLE: "is no file of a draw, or a part of it cannot be read",
    Finding.WRONG_STATEMENT: "DOES NOT HOLD: the statement is not the one whose hash was published",
    Finding.WRONG_POPULATION: "DOES NOT HOLD: the population is not the one whose hash was published",
    Finding.WRONG_INSPECTORS: "DOES NOT HOLD: inspectors or recusals are not those whose hash was published",
    Finding.WRONG_COMMITMENT: "DOES NOT HOLD: a party revealed something else, out of time, or committed twice",
    Finding.WRONG_ROUNDS: "DOES NOT HOLD: a round ended otherwise than the published rule says",
    Finding.WRONG_SEED: "DOES NOT HOLD: the reveals do not give this seed",
    Finding.WRONG_RESULT: "DOES NOT HOLD: the seed draws other objects or other inspectors",
    Finding.WRONG_REPLACEMENT: "DOES NOT HOLD: an inspector was replaced by someone whom the seed does not name",
    Finding.WRONG_LOG: "DOES NOT HOLD: the public log does not hold what the file says",
}


def run(arguments: Sequence[str]) -> int:
    """`verify FILE` or `commit`; 0 where all holds, else 1."""
    parser = argparse.ArgumentParser(prog="draw", description="Checks a published draw, or makes a party's commitment.")
    acts = parser.add_subparsers(dest="act", required=True)
    verify = acts.add_parser("verify", help="compute a draw anew from its DRAW.json")
    verify.add_argument("file", type=_file)
    verify.add_argument(
        "--key", type=_file, help="the public key of the log that you trust (PEM), or a file with its keys (JSON)"
    )
    verify.add_argument("--code", default="", help="look for the organisation with this credit code in the population")
    verify.add_argument("--salt", default="", help="its salt, from My space")
    commit = acts.add_parser("commit", help="choose a secret value and print its commitment; touches nothing else")
    commit.add_argument("draw", help="number of the draw")
    commit.add_argument("round", type=int, help="number of the round")
    commit.add_argument("party", help="unified social credit code of your organisation")
    given = parser.parse_args(arguments)
    return _verify(given) if given.act == "verify" else _commit(given)


def _file(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {name}")
    return path


def _verify(given: argparse.Namespace) -> int:
    content = given.file.read_bytes()
    found = check(content, key=given.key.read_bytes() if given.key else b"")
    sys.stdout.write(f"{given.file}: {SAID[found.finding]}\n")
    if not found.is_good:
        return 1
    sys.stdout.write(
        f"draw {found.number}: {found.population} objects, {found.visits} drawn, {found.rounds} round(s)\n"
    )
    if given.key is None:
        sys.stdout.write("the log's key is the one in the file: compare it with one that you got another way\n")
    if given.code:
        mine = is_mine(content, code=given.code, salt=given.salt)
        if mine is None:
            sys.stdout.write(f"{given.code}: NOT in the population with this salt\n")
            return 1
        sys.stdout.write(f"{given.code}: in the population as {mine[0]}, {mine[1] or 'not drawn'}\n")
    return 0


def _commit(given: argparse.Namespace) -> int:
    value = secrets.token_hex(rules.VALUE_BYTES)
    sys.stdout.write(f"value (keep it secret until all have committed): {value}\n")
    sys.stdout.write(f"commitment: {rules.commitment_of(given.draw, given.round, given.party, value)}\n")
    return 0
