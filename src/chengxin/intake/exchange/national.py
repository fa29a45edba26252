"""The exchange with the platforms above: packages fetched, taken, answered and sent; each once, by its identifier.

What a package asks for is done by the room whose matter it is, in a task deferred by name; it answers row by row.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.sealing import rules as sealing
from chengxin.base.sealing.keys import sealing_key
from chengxin.intake.exchange import packages, platforms, policy, rules
from chengxin.intake.exchange.delivering import ANSWER_SECONDS, CLAIMED, CONNECT_SECONDS, session
from chengxin.intake.exchange.errors import NotDead, PackageRefused
from chengxin.intake.exchange.models import ExchangePackage
from chengxin.intake.exchange.packages import Package, PackageFault, RowResult
from chengxin.intake.exchange.platforms import Platform
from chengxin.intake.exchange.rules import PackageRoad, PackageState
from chengxin.registry.accounts import queries as accounts

SIGNATURE, DATE = "Package-Signature", "Package-Date"
LONGEST = 8 * 1024 * 1024
FAULT_LENGTH = 200
SEALED = "sealed"


class NationalSite:
    """The other side, in the audit chain."""

    name = "national-site"
    organisation_code = ""


SITE = NationalSite()


def own_key() -> Ed25519PrivateKey:
    """The key with which this installation signs its packages."""
    return packages.private_key(sealing.derive(settings.EXCHANGE_KEY, purpose="exchange"))


def take(content: bytes, signature: str, *, road: PackageRoad, at: datetime) -> None:
    """Take a package that came in; the same one again changes nothing. Raises `PackageRefused` for a forged one.

    A genuine package that cannot be read is answered by a receipt that says why.
    """
    signer = platforms.signer_of(content, signature)
    if signer is None:
        raise PackageRefused
    own = accounts.credit_office().code
    try:
        package = packages.decode(content, receiver=own)
    except PackageFault as fault:
        raise PackageRefused(reason=str(fault)) from fault
    if package.sender != signer.code:
        raise PackageRefused(reason="发送方与签名不符")
    if package.resource == packages.RECEIPT:
        _take_receipt(package, by=signer, at=at)
    else:
        _take(package, by=signer, road=road, at=at)


@transaction.atomic
def _take(package: Package, *, by: Platform, road: PackageRoad, at: datetime) -> None:
    queue_behind(f"package:{package.identifier}")
    if ExchangePackage.objects.filter(identifier=package.identifier).exists():
        return
    kept = ExchangePackage.objects.create(
        identifier=package.identifier,
        is_inbound=True,
        sender=package.sender,
        receiver=package.receiver,
        resource=package.resource,
        made_at=package.made_at,
        kept_at=at,
        body=_kept_body(package),
        road=road.value,
        state=PackageState.TAKEN.value,
    )
    audit.note("exchange.package_taken", str(package.identifier), by=by, at=at, rows=len(package.body))
    if package.resource == packages.APPLICATION:
        tasks.defer("repair.take_applications", package_id=kept.pk)
    elif package.resource == packages.RECORDS:
        tasks.defer("packages.take", package_id=kept.pk)
    else:
        answer(kept.pk, [RowResult(packages.WHOLE, False, "没有这种资源")], by=by, at=at)


def _kept_body(package: Package) -> Any:
    """What is kept of the rows; records may tell of persons, so that theirs are sealed as one text."""
    rows = [dict(row) for row in package.body]
    if package.resource != packages.RECORDS:
        return rows
    text = json.dumps(rows, ensure_ascii=False)
    return {"count": len(rows), SEALED: sealing.seal(text, key=sealing_key(), context=f"package:{package.identifier}")}


@transaction.atomic
def _take_receipt(package: Package, *, by: Platform, at: datetime) -> None:
    try:
        about, results = packages.results_in(package)
    except PackageFault as fault:
        raise PackageRefused(reason=str(fault)) from fault
    sent = ExchangePackage.objects.select_for_update().filter(identifier=about, is_inbound=False).first()
    if sent is None or sent.receiver != by.code:
        raise PackageRefused(reason="没有发出过这个包")
    if sent.state != PackageState.SETTLED:
        _settle(sent, results, by=by, at=at)


def _settle(sent: ExchangePackage, results: Sequence[RowResult], *, by: Platform, at: datetime) -> None:
    """Match a receipt with the package that it is about."""
    sent.results, sent.settled_at, sent.state = [asdict(r) for r in results], at, PackageState.SETTLED.value
    sent.next_attempt_at, sent.last_fault = None, next((r.reason for r in results if not r.accepted), "")[:FAULT_LENGTH]
    sent.save(update_fields=["results", "settled_at", "state", "next_attempt_at", "last_fault"])
    rejected = sum(not r.accepted for r in results)
    audit.note("exchange.package_settled", str(sent.identifier), by=by, at=at, rejected=rejected)
    if sent.resource == packages.RECORDS:
        tasks.defer("packages.settle", package_id=sent.pk)


def rows_of(package_id: int) -> tuple[Mapping[str, str], ...]:
    """The rows of a package that came in. Index: primary key."""
    found = ExchangePackage.objects.get(pk=package_id, is_inbound=True)
    if not isinstance(found.body, dict):
        return tuple(found.body)
    context = f"package:{found.identifier}"
    return tuple(json.loads(sealing.unseal(found.body[SEALED], key=sealing_key(), context=context)))


def lock_taken(package_id: int) -> bool:
    """Whether a package that came in waits for its answer; it is locked for the caller's transaction."""
    return (
        ExchangePackage.objects.select_for_update()
        .filter(pk=package_id, is_inbound=True, state=PackageState.TAKEN)
        .exists()
    )


def sender_of(package_id: int) -> Platform | None:
    """The platform that sent a package, as it is connected now. Index: primary key."""
    return platforms.platform_coded(ExchangePackage.objects.get(pk=package_id, is_inbound=True).sender)


def results_of(package_id: int) -> tuple[RowResult, ...]:
    """What the receipt of a package that went out says. Index: primary key."""
    found = ExchangePackage.objects.get(pk=package_id, is_inbound=False)
    return tuple(RowResult(**one) for one in found.results or ())


@transaction.atomic
def answer(package_id: int, results: Sequence[RowResult], *, by: audit.Who, at: datetime) -> None:
    """Answer a package that came in, row by row; its receipt is sent. Answering twice changes nothing."""
    taken = ExchangePackage.objects.select_for_update().get(pk=package_id, is_inbound=True)
    if taken.state != PackageState.TAKEN:
        return
    taken.results, taken.state, taken.next_attempt_at = [asdict(r) for r in results], PackageState.ANSWERED.value, at
    taken.save(update_fields=["results", "state", "next_attempt_at"])
    rejected = sum(not r.accepted for r in results)
    audit.note("exchange.package_answered", str(taken.identifier), by=by, at=at, rejected=rejected)
    tasks.defer("exchange.send_packages", once="exchange.send_packages")


@transaction.atomic
def put(
    resource: str, rows: Sequence[Mapping[str, str]], *, by: audit.Who, at: datetime, receiver: str | None = None
) -> int:
    """Put a package on its way to a platform above (None: the national site), in the caller's transaction; its id."""
    made = ExchangePackage.objects.create(
        identifier=uuid4(),
        is_inbound=False,
        sender=accounts.credit_office().code,
        receiver=receiver or settings.NATIONAL_CODE,
        resource=resource,
        made_at=at,
        kept_at=at,
        body=[dict(row) for row in rows],
        road=PackageRoad.HTTP.value,
        state=PackageState.WAITING.value,
        next_attempt_at=at,
    )
    tasks.defer("exchange.send_packages", once="exchange.send_packages")
    audit.note("exchange.package_made", str(made.identifier), by=by, at=at, resource=resource)
    return made.pk


def fetch(*, at: datetime) -> int:
    """Fetch and take all packages that wait at the platforms above; returns how many. Raises `requests` errors.

    One that does not answer holds up no other: the error of the last that failed is raised at the end.
    """
    fetched, failed = 0, None
    for platform in platforms.platforms():
        try:
            fetched += _fetch(platform, at=at) if platform.address else 0
        except (requests.RequestException, PackageRefused, ValueError, KeyError) as error:
            failed = error
    if failed is not None:
        raise failed
    return fetched


def _fetch(platform: Platform, *, at: datetime) -> int:
    with session() as web:
        waiting = _get(web, platform, "/packages", at=at).json()["items"]
        for identifier in waiting:
            found = _get(web, platform, f"/packages/{UUID(identifier)}", at=at)
            take(found.content, found.headers.get(SIGNATURE, ""), road=PackageRoad.HTTP, at=at)
    return len(waiting)


def _get(web: requests.Session, platform: Platform, path: str, *, at: datetime) -> requests.Response:
    date = at.isoformat()
    headers = {DATE: date, SIGNATURE: packages.sign(packages.asked("GET", path, date), own_key())}
    found = web.get(
        platform.address + path,
        headers=headers,
        timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
        allow_redirects=False,
    )
    found.raise_for_status()
    return found


@transaction.atomic
def begin_anew(package_id: int, *, by: audit.Who, at: datetime) -> None:
    """Send a package again whose sending was given up; the caller permits. Raises `NotDead`."""
    kept = ExchangePackage.objects.select_for_update().get(pk=package_id)
    if kept.state != PackageState.GIVEN_UP:
        raise NotDead
    kept.attempts, kept.next_attempt_at, kept.last_fault = 0, at, ""
    kept.state = (PackageState.ANSWERED if kept.is_inbound else PackageState.WAITING).value
    kept.save(update_fields=["attempts", "next_attempt_at", "last_fault", "state"])
    audit.note("exchange.package_begun_anew", str(kept.identifier), by=by, at=at)
    tasks.defer("exchange.send_packages", once="exchange.send_packages")


@transaction.atomic
def claim(*, at: datetime, to: Platform) -> ExchangePackage | None:
    """The next package or receipt that is due at a platform, claimed for this process. Index: `package_due`."""
    due = ExchangePackage.objects.select_for_update(skip_locked=True).filter(next_attempt_at__lte=at)
    due = due.filter(Q(is_inbound=False, receiver=to.code) | Q(is_inbound=True, sender=to.code))
    found = due.order_by("next_attempt_at", "id").first()
    if found is not None:
        found.next_attempt_at = at + CLAIMED
        found.save(update_fields=["next_attempt_at"])
    return found


def travelling(kept: ExchangePackage, *, at: datetime) -> Package:
    """What is sent for a kept package: itself, or the receipt of one that came in."""
    rows = () if kept.is_inbound else tuple(dict(row) for row in kept.body)
    package = Package(kept.identifier, kept.sender, kept.receiver, kept.resource, kept.made_at, rows)
    if not kept.is_inbound:
        return package
    return packages.receipt(package, [RowResult(**one) for one in kept.results or ()], at=at)


def send(kept: ExchangePackage, web: requests.Session, *, at: datetime, to: Platform) -> str:
    """Send a package; "" where it was taken, else what went wrong. A receipt in the answer is matched at once."""
    content = packages.encode(travelling(kept, at=at))
    try:
        found = web.post(
            to.address + "/packages",
            data=content,
            headers={"Content-Type": "application/json", SIGNATURE: packages.sign(content, own_key())},
            timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
            allow_redirects=False,
        )
        if not 200 <= found.status_code < 300:
            return f"HTTP {found.status_code}"
        if found.content:
            take(found.content[:LONGEST], found.headers.get(SIGNATURE, ""), road=PackageRoad.HTTP, at=at)
    except PackageRefused as error:
        return error.sentence[:FAULT_LENGTH]
    except requests.RequestException as error:
        return type(error).__name__[:FAULT_LENGTH]
    return ""


@transaction.atomic
def record(package_id: int, fault: str, *, at: datetime) -> None:
    """Write what became of sending; a failed one is tried again after growing waits, then waits for the office."""
    kept = ExchangePackage.objects.select_for_update().get(pk=package_id)
    kept.attempts += 1
    if kept.state == PackageState.SETTLED:
        kept.next_attempt_at = None
    elif not fault:
        kept.next_attempt_at, kept.last_fault = None, ""
        kept.state = (PackageState.SETTLED if kept.is_inbound else PackageState.SENT).value
        kept.settled_at = at if kept.is_inbound else None
    else:
        waits = policy.waits_on(local_date(at))
        kept.last_fault, kept.next_attempt_at = fault, rules.next_attempt(kept.attempts, waits, at=at)
        kept.state = kept.state if kept.next_attempt_at else PackageState.GIVEN_UP.value
    kept.save(update_fields=["attempts", "next_attempt_at", "last_fault", "state", "settled_at"])
