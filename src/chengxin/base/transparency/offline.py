"""`bin/manage transparency verify`: checks a kept file, without database, settings or network."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from chengxin.base.transparency.checking import Finding, Told, check
from chengxin.base.transparency.keyring import Change

SAID = {
    Finding.GOOD: "holds: every hash, the proof and the signature",
    Finding.UNREADABLE: "is no file of the log: give a whole export, or a proof, as it was saved",
    Finding.HEAD_ALONE: "is a head alone: give it as --head, and an export or a proof as the file",
    Finding.BAD_KEY: "cannot be told: the key is neither PEM (public key, certificate) nor JSON with the log's keys",
    Finding.BAD_HEAD: "cannot be told: what --head names is neither a head nor a file with one",
    Finding.WRONG_ROOT: "DOES NOT HOLD: the leaves do not give the signed root; one was changed, removed or added",
    Finding.WRONG_PROOF: "DOES NOT HOLD: the proof does not lead to the root that was signed",
    Finding.WRONG_SIGNATURE: "DOES NOT HOLD: the head was not signed with this key",
    Finding.UNKNOWN_KEY: "cannot be told: no key of the time of this head is known; give all keys of the log as --key",
    Finding.UNTRUSTED_KEY: "cannot be told: signed by another key, for which the one that you trust does not vouch;"
    " get the log's keys another way and give them as --key",
    Finding.WRONG_FIRST: "DOES NOT HOLD: the head with which this proof begins was not signed with the log's key",
    Finding.NOT_CONSISTENT: "DOES NOT HOLD: the log does not begin with what the older head vouches for",
    Finding.NOT_COMPARED: "holds, but was not compared: nothing in it leads to the older head; give the whole log, or"
    " the proof …/transparency/consistency?first=SIZE that begins with it",
    Finding.OLDER_IS_NEWER: "cannot be told: the head of --head has more leaves than this file. If you swapped the two,"
    " swap them back. If you got this file later, the log became shorter: keep both and say so",
    Finding.WRONG_OPENING: "DOES NOT HOLD: the statement is not the one that the leaf is bound to",
}


def verify(arguments: Sequence[str]) -> int:
    """Check FILE, by the key of `--key` and against the older head of `--head`; 0 where all holds, else 1."""
    parser = argparse.ArgumentParser(prog="transparency verify", description="Checks a kept file of the public log.")
    parser.add_argument("file", type=Path, help="an export of the log, or a proof")
    parser.add_argument("--head", type=Path, help="a head, or a file with one, that you kept earlier")
    parser.add_argument(
        "--key", type=Path, help="the public key or certificate that you trust (PEM), or all of the log's (JSON)"
    )
    given = parser.parse_args(arguments)
    try:
        content, key, older = (path.read_bytes() if path else b"" for path in (given.file, given.key, given.head))
    except OSError as error:
        sys.stdout.write(f"{error.filename}: cannot be read: {error.strerror}\n")
        return 1
    found = check(content, key=key, older=older)
    sys.stdout.write(f"{given.file}: {SAID[found.finding]}\n")
    if found.is_good:
        sys.stdout.write("".join(f"{_line(one)}\n" for one in found.told))
        sys.stdout.write("".join(f"{_change(one)}\n" for one in found.changes))
        sys.stdout.write(f"{found.kind}, {found.size} leaves\n")
        if given.key is None:
            sys.stdout.write("the key is the one in the file: compare it with one that you got another way\n")
    return 0 if found.is_good else 1


def _line(told: Told) -> str:
    kinds = ", ".join(f"{kind}{f' ({reason})' if reason else ''} {n}" for kind, reason, n in told.kinds)
    return f"{told.topic}: {kinds}" + ("" if told.left is None else f"; {told.left} shown, but for ends by time")


def _change(change: Change) -> str:
    vouched = "signed by the key before it" if change.is_vouched else "which NO key before it signed: compare it"
    return f"from head {change.first} on another key, {vouched}"
