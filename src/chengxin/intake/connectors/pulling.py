"""A whole pull: what is left to tell back, the parts one by one, the faults of each told back, the end.

`now` is the clock of who calls: a task or a command.
"""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings
from django.utils import translation

from chengxin.base.errors import ChengxinError
from chengxin.intake.collection import queries as collection
from chengxin.intake.connectors import profile, queries, services
from chengxin.intake.connectors.queries import Untold
from chengxin.intake.connectors.services import Pulling
from chengxin.intake.connectors.sources.parts import Fault, Peer, Sample
from chengxin.intake.connectors.sources.peers import peer_of
from chengxin.registry.accounts.rules import Actor, Permission, require

log = structlog.get_logger()
Clock = Callable[[], datetime]
UNEXPECTED = "unexpected"


def pull(code: str, *, asked_by: str, now: Clock) -> int:
    """Pull all that is new; returns the run's id. What goes wrong at the source is kept with the run.

    Raises `AlreadyRunning`, `ConnectorPaused`, `NotConfigured`, `UnknownConnector`.
    """
    with services.alone(code):
        pulling = services.begin(code, asked_by=asked_by, at=now())
        peer = peer_of(pulling.connector)
        try:
            with translation.override("zh-hans"):
                _pull(pulling, peer, now=now)
        except ChengxinError as error:
            services.give_up(pulling, code=error.code, reason=error.sentence, at=now())
        except Exception as error:  # of a driver: the run ends with its kind, and the log tells the rest
            log.exception("pull failed", connector=code, run=pulling.run_id)
            services.give_up(pulling, code=UNEXPECTED, reason=type(error).__name__, at=now())
        else:
            services.finish(pulling, at=now())
    return pulling.run_id


def _pull(pulling: Pulling, peer: Peer, *, now: Clock) -> None:
    for left in queries.untold(pulling.connector.code):
        _tell(left, peer)
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as scratch:
        for part in peer.parts(pulling.position, pulling.seen, Path(scratch)):
            taken = services.take(pulling, part, at=now())
            part.path.unlink(missing_ok=True)
            for untold in queries.untold(pulling.connector.code, part_id=taken):
                _tell(untold, peer)


def _tell(untold: Untold, peer: Peer) -> None:
    """Tell the faults back. Where the source does not take them, the next pull tries again."""
    faults = [
        Fault(f.row, _key_of(untold, f.row), f.field, f.rule, f.message, f.hint)
        for f in collection.every_finding(untold.submission_id, is_note=False)
    ]
    try:
        peer.tell(untold.name, untold.keys, faults, untold.submission_id)
    except ChengxinError as error:
        services.not_told(untold.part_id, error.sentence)
    else:
        services.told(untold.part_id)


def _key_of(untold: Untold, row: int) -> str:
    return untold.keys[row - 1] if 0 < row <= len(untold.keys) else ""


def first_rows(code: str, *, by: Actor, at: datetime) -> Sample:
    """Try the connection: the first rows of the source, masked, or its first files' names; nothing is kept of them.

    Raises `NotPermitted`, `NotConfigured`, `SourceUnreachable`, `SourceDiffers`.
    """
    connector = profile.connector(code)
    if not queries.may_manage(connector, by=by):
        require(by, Permission.RUN_EXCHANGE)
    services.note_trial(code, by=by, at=at)
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as scratch:
        found = peer_of(connector).first(Path(scratch))
    return Sample(rows=tuple(queries.masked(row, connector.item) for row in found.rows), files=found.files)
