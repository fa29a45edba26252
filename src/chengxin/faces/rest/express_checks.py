"""The express lane of credit checks: what comes at the same time is answered and kept in one transaction.

`POST /api/v1/checks` with plain credit codes. A check through Django and Ninja has a thread and a commit of its own and
waits for the disk alone; here all that wait in the event loop share one (`gathering`). Whatever is unusual (a citizen
number, an unknown matter, a token without the scope, a caller over the limit, a database that does not answer in time)
goes the ordinary way, which says why; a test holds both to the same answer. The one exception: what may have been kept
although no word of it came back is not asked anew, which would keep it twice; the caller is told so (`Rounds._keep`).
"""

import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
import structlog
from granian.rsgi import Scope as Request
from psycopg.errors import UniqueViolation

from chengxin.base import clock
from chengxin.base.clock import local_date
from chengxin.base.database.awaited import apart, in_greenlet
from chengxin.base.database.own import OwnConnection, Unanswered
from chengxin.base.database.together import Together
from chengxin.base.errors import ChengxinError
from chengxin.base.identifiers.rules import is_citizen_number
from chengxin.faces.rest import limiting, queries
from chengxin.faces.rest.errors import CheckUnsettled
from chengxin.faces.rest.express import address_of
from chengxin.faces.rest.gathering import Gathering
from chengxin.faces.rest.rules import LimitClass, Scope
from chengxin.registry.accounts.queries import actor_of_organisation
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.regulation.measures import checking, policy, services
from chengxin.regulation.measures.checking import Answered, Asking
from chengxin.regulation.measures.rules import Matter
from chengxin.regulation.measures.shown import kept_told
from chengxin.rights.consent.bulk import TOLD

PATH = "/api/v1/checks"
CODE = re.compile(r"[0-9A-Z]{18}")
MOST = 64  # requests of one round
REMEMBERED = 10_000
HEADERS = [
    ("Content-Type", "application/json; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("Vary", "Accept-Language, Authorization"),
    ("Cache-Control", "private, no-store"),
]
log = structlog.get_logger(__name__)


class Job(NamedTuple):
    """A request: whose token, in which matter, which codes."""

    token: str
    matter: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who stands behind a token that was found good, and in which matters it may check, by the day."""

    client_id: str
    actor: Actor
    matters: dict[tuple[str, str], Matter]


class Checks:
    """Answers plain credit checks."""

    def __init__(self) -> None:
        self.rounds = Rounds()
        self.gathering: Gathering[Job, bytes | None] = Gathering(self.rounds.found, most=MOST)

    async def content(self, request: Request, body: bytes) -> bytes | None:
        """The answer to a check; None: let the ordinary way answer. Raises `CheckUnsettled`."""
        authorization = request.headers.get("authorization") or ""
        scheme, _, token = authorization.partition(" ")
        job = _job(token.strip(), body) if scheme.lower() == "bearer" else None
        if job is None or _must_wait(authorization, request):
            return None
        try:
            return await self.gathering.ask(job)
        except CheckUnsettled:
            log.error("checks.unsettled")
            raise
        except Exception as error:  # the ordinary way tells the caller what is wrong
            log.warning("checks.express_failed", error=type(error).__name__)
            return None


def _job(token: str, body: bytes) -> Job | None:
    try:
        given = orjson.loads(body)
        matter, codes = given["matter"], given["codes"]
    except (ValueError, TypeError, KeyError):
        return None
    plain = isinstance(matter, str) and isinstance(codes, list) and 0 < len(codes) <= MOST and token.isascii()
    if not plain or not all(map(_is_plain, codes)) or len(set(codes)) < len(codes):
        return None
    return Job(token, matter, tuple(codes))


def _is_plain(code: Any) -> bool:
    """Whether it has the form of a credit code and names no natural person."""
    if not isinstance(code, str) or CODE.fullmatch(code) is None:
        return False
    return not (code[:17].isdigit() and is_citizen_number(code))


def _must_wait(authorization: str, request: Request) -> bool:
    caller = limiting.client_of(authorization) or address_of(request)
    return limiting.seconds_to_wait(LimitClass.CHECKS, caller) > 0


class Rounds:
    """Answers what came together, on a connection of its own: one statement that asks, and one that keeps, committed.

    For one round at a time.
    """

    def __init__(self) -> None:
        self.own = OwnConnection(told=TOLD)
        self.is_ready = False

    async def found(self, jobs: Sequence[Job]) -> list[bytes | None]:
        """`answers`, while the event loop goes on."""
        return await in_greenlet(self.answers, jobs)

    def answers(self, jobs: Sequence[Job]) -> list[bytes | None]:
        """The answer to each job, kept and committed together; None: let the ordinary way say what is wrong."""
        if not self.is_ready:
            apart(checking.make_ready)
            self.is_ready = True
        at = clock.now()
        hashes = {hashlib.sha256(token.encode()).hexdigest(): token for token in {job.token for job in jobs}}
        unknown = [checksum for checksum in hashes if checksum not in _remembered]
        if unknown:
            first = Together(self.own.rows)
            apart(_remember, queries.asked_tokens(unknown, scope=Scope.CHECK, at=at, among=first)())
        asked, found = self._found(jobs, hashes, at=at)
        rows = checking.rows_of(found, at=at)
        if rows:
            self._keep(checking.as_text(rows))
        following = iter(rows)
        return [_told([next(following) for _ in askings]) if askings else None for askings in asked]

    def _keep(self, rows: str) -> None:
        """Keep receipts and log entries once, whatever becomes of the connection. Raises `CheckUnsettled`.

        Where no word of it comes back, the same rows are sent once more over a new connection: a receipt's number can
        be kept once, so a refusal for that reason says that they had been kept, and the answer may go out. Where no
        word of that comes either, nobody is answered, and none of it goes the ordinary way under new numbers: the log
        may then hold a check that nobody saw, but no check is held twice.
        """
        try:
            self.own.rows(checking.KEEP, {"rows": rows})
        except Unanswered:
            self._keep_again(rows)
        except asyncio.CancelledError as error:  # the round took too long
            raise CheckUnsettled from error

    def _keep_again(self, rows: str) -> None:
        try:
            self.own.rows(checking.KEEP, {"rows": rows})
        except (Exception, asyncio.CancelledError) as error:
            if getattr(error, "sqlstate", None) != UniqueViolation.sqlstate:
                raise CheckUnsettled from error

    def _found(
        self, jobs: Sequence[Job], hashes: Mapping[str, str], *, at: datetime
    ) -> tuple[list[list[Asking]], list[Answered]]:
        """What each job asks, nothing where its token is not good at this moment, and the answers in that order."""
        together = Together(self.own.rows)
        living = queries.asked_good(list(hashes), scope=Scope.CHECK, at=at, among=together)
        before = {token: _remembered[checksum] for checksum, token in hashes.items() if checksum in _remembered}
        asked = _asked(jobs, before, at=at)
        every = [asking for askings in asked for asking in askings]
        found = checking.awaited(every, at=at, among=together, asked_of=self.own.rows)
        good = {hashes[checksum] for checksum in living()}
        for token in good & before.keys():
            limiting.remember_client(f"Bearer {token}", before[token].client_id)
        following = iter(found())
        kept: list[Answered] = []
        for place, (job, askings) in enumerate(zip(jobs, asked, strict=True)):
            answers = [next(following) for _ in askings]
            # Who wants a notice of each read gets it from the ordinary way.
            if job.token not in good or any(one.is_told for one in answers):
                asked[place] = []
            else:
                kept.extend(answers)
        return asked, kept


def _asked(jobs: Sequence[Job], holders: Mapping[str, Holder], *, at: datetime) -> list[list[Asking]]:
    """What each job asks; nothing where its holder is unknown, may not check in its matter, or asks for too many."""
    most = policy.limit("request", "codes", local_date(at))
    matters = {pair: _matter(holders.get(pair[0]), pair[1], at=at) for pair in {(j.token, j.matter) for j in jobs}}

    def askings(job: Job) -> list[Asking]:
        matter = matters[job.token, job.matter]
        if matter is None or len(job.codes) > most:
            return []
        by = holders[job.token].actor
        return [Asking(code, matter, by, services.API) for code in job.codes]

    return list(map(askings, jobs))


def _matter(holder: Holder | None, code: str, *, at: datetime) -> Matter | None:
    if holder is None:
        return None
    key = (code, local_date(at).isoformat())
    if key not in holder.matters:
        try:
            holder.matters[key] = apart(services.permitted, code, by=holder.actor, at=at)
        except ChengxinError:
            return None
    return holder.matters[key]


_remembered: dict[str, Holder] = {}


def _remember(living: Mapping[str, queries.LivingToken]) -> None:
    """Remember who stands behind tokens that were found good: each round asks anew whether they still are."""
    for checksum, client in living.items():
        holder = _holder(client)
        if holder is not None:
            if len(_remembered) >= REMEMBERED:
                _remembered.clear()
            _remembered[checksum] = holder


def _holder(client: queries.LivingToken) -> Holder | None:
    actor = actor_of_organisation(
        client.organisation_code, roles=frozenset({Role.DEPARTMENT_OFFICER}), name=f"api:{client.client_name}"
    )
    return Holder(client.client_id, actor, {}) if actor is not None else None


def _told(rows: Sequence[dict[str, Any]]) -> bytes:
    items = [kept_told(row) for row in rows]
    return orjson.dumps({"items": items, "total": len(items)})
