"""Deliveries as files: written into each consumer's folder with the platform's signature, receipts taken from there.

A consumer's folder is shared with it by other means (SFTP, a mounted folder). A file gets its name when it is whole.
"""

import contextlib
import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from chengxin.base.errors import ChengxinError
from chengxin.intake.delivery import rules, services
from chengxin.intake.delivery.delivering import Outgoing
from chengxin.intake.delivery.log import own_key
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role

NOTE, RECEIPT, REFUSED = ".delivery.json", ".receipt.json", ".refused"
LONGEST = 10_000


def folder_of(organisation_code: str) -> Path:
    """The folder of one consumer."""
    return Path(settings.DELIVERY_FOLDER) / organisation_code


def write(sent: Outgoing) -> Path:
    """Write a delivery and, last, the note that says what it is and is signed; returns the delivery's path."""
    folder = folder_of(sent.organisation_code)
    folder.mkdir(parents=True, exist_ok=True)
    ending = "csv" if sent.body.startswith(b"\xef\xbb\xbf") else "jsonl"
    path = folder / f"{sent.id}.{ending}"
    _whole(path, sent.body)
    text = rules.signed_text(sent.id, attempt=sent.attempt, digest=sent.digest)
    note = {
        "delivery": str(sent.id),
        "subscription": sent.subscription_id,
        "attempt": sent.attempt,
        "file": path.name,
        "events": len(sent.sequences),
        "digest": sent.digest,
        "signature": rules.sign(text, own_key()),
    }
    _whole(folder / f"{sent.id}{NOTE}", json.dumps(note).encode())
    return path


def _whole(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.rename(path)


def take_receipts(*, at: datetime) -> tuple[int, int]:
    """Take the receipts that consumers laid into their folders; returns how many were taken and refused.

    A receipt is JSON with `delivery` and `signature`. What was taken goes with its delivery; what was refused stays
    beside the reason.
    """
    taken = refused = 0
    for path in sorted(Path(settings.DELIVERY_FOLDER).glob(f"*/*{RECEIPT}")):
        refusal = path.with_name(path.name + REFUSED)
        if refusal.exists() or path.stat().st_size > LONGEST:
            continue
        by = accounts.actor_of_organisation(
            path.parent.name, roles=frozenset({Role.DEPARTMENT_OFFICER}), name=f"files:{path.parent.name}"
        )
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            if by is None:
                continue
            delivery = UUID(said["delivery"])
            services.take_receipt(delivery, str(said["signature"]), by=by, at=at)
        except (ValueError, KeyError, TypeError, ChengxinError) as error:
            sentence = error.sentence if isinstance(error, ChengxinError) else type(error).__name__
            refusal.write_text(sentence, encoding="utf-8")
            refused += 1
            continue
        for beside in path.parent.glob(f"{delivery}.*"):
            with contextlib.suppress(FileNotFoundError):
                beside.unlink()
        taken += 1
    return taken, refused
