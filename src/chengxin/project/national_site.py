"""A platform above the city, as far as the city's speaks with it: a small web application for the demo and the tests.

It hands out signed packages (applications for repair, records), takes receipts, the states of cases and the city's
records, which it checks by its own light, and answers each package with a receipt. The national site and the region's
platform differ in their code alone. It stands in for the other side and holds to the same protocol (docs/exchange.md);
nothing of the platform's state is used.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chengxin.base import clock
from chengxin.base.listing import listed_in_chinese
from chengxin.intake.exchange import packages
from chengxin.intake.exchange.packages import Package, PackageFault, RowResult

Answer = tuple[str, bytes, str]
COMMITMENT = "所交材料真实、合法、有效，愿意依法承担责任（国家站承诺，虚构）"


@dataclass
class NationalSite:
    """What the site knows; `city_key` is the public key (base64) of the city that it speaks with."""

    city_code: str
    city_key: str
    code: str = "national"
    address: str = ""
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    waiting: dict[UUID, bytes] = field(default_factory=dict)
    results: dict[UUID, list[RowResult]] = field(default_factory=dict)
    applications: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    answers: dict[UUID, bytes] = field(default_factory=dict)
    records: dict[str, dict[str, str]] = field(default_factory=dict)  # what the city told, by record
    refused: dict[str, str] = field(default_factory=dict)  # document number -> why its row is returned
    lock: Lock = field(default_factory=Lock)

    @property
    def public(self) -> str:
        """The site's public key, for the city's settings."""
        return packages.public_text(self.key.public_key())

    def apply(self, *rows: dict[str, str]) -> list[str]:
        """Let companies apply at the site: one package with these applications; returns their numbers."""
        numbers = [f"GJ{uuid4().hex[:12].upper()}" for _ in rows]
        usual = {
            "statement": "罚款已缴清，问题已整改（虚构）",
            "commitment": COMMITMENT,
            "signed_by": "代表（虚构）",
            "applied_at": clock.now().isoformat(),
        }
        body = tuple({**usual, **row, "application": number} for row, number in zip(rows, numbers, strict=True))
        with self.lock:
            self.applications.update({number: [] for number in numbers})
        self._wait(packages.APPLICATION, body)
        return numbers

    def pass_on(self, *rows: dict[str, str]) -> UUID:
        """Have records fetched by the city, one package with these rows; returns its identifier."""
        return self._wait(packages.RECORDS, rows)

    def _wait(self, resource: str, body: tuple[dict[str, str], ...]) -> UUID:
        package = Package(uuid4(), self.code, self.city_code, resource, clock.now(), body)
        with self.lock:
            self.waiting[package.identifier] = packages.encode(package)
        return package.identifier

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The WSGI application."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        signature = environ.get("HTTP_PACKAGE_SIGNATURE", "")
        with self.lock:
            if method == "POST" and path == "/packages":
                status, body, signed = self._taken(content, signature)
            elif method == "GET" and path.startswith("/packages"):
                status, body, signed = self._handed_out(path, environ.get("HTTP_PACKAGE_DATE", ""), signature)
            elif method == "GET" and path.startswith("/applications/"):
                status, body, signed = self._told(path.rpartition("/")[2])
            else:
                status, body, signed = "404 Not Found", b"", ""
        if method == "POST" and path == "/apply":  # what a company does at the site, for the demo
            numbers = self.apply(*json.loads(content))
            status, body, signed = "200 OK", json.dumps(numbers).encode(), ""
        if method == "POST" and path == "/pass-on":  # what the platform's own people do, for the demo
            told = str(self.pass_on(*json.loads(content)))
            status, body, signed = "200 OK", json.dumps(told).encode(), ""
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(status, [*headers, ("Package-Signature", signed)] if signed else headers)
        return [body]

    def _handed_out(self, path: str, date: str, signature: str) -> Answer:
        if not packages.is_genuine(packages.asked("GET", path, date), signature, key=self._city()):
            return "401 Unauthorized", b"", ""
        if path == "/packages":
            return "200 OK", json.dumps({"items": [str(one) for one in self.waiting]}).encode(), ""
        content = self.waiting.get(UUID(path.rpartition("/")[2]))
        if content is None:
            return "404 Not Found", b"", ""
        return "200 OK", content, packages.sign(content, self.key)

    def _taken(self, content: bytes, signature: str) -> Answer:
        if not packages.is_genuine(content, signature, key=self._city()):
            return "401 Unauthorized", b"", ""
        try:
            package = packages.decode(content, receiver=self.code)
            if package.resource == packages.RECEIPT:
                about, results = packages.results_in(package)
                self.results[about] = list(results)
                self.waiting.pop(about, None)
                return "204 No Content", b"", ""
        except PackageFault:
            return "422 Unprocessable Content", b"", ""
        if package.identifier not in self.answers:  # the same package again gets the same receipt
            take = self._record if package.resource == packages.RECORDS else self._state
            results = tuple(take(number, row) for number, row in enumerate(package.body, start=1))
            answer = packages.encode(packages.receipt(package, results, at=clock.now()))
            self.answers[package.identifier] = answer
        answer = self.answers[package.identifier]
        return "200 OK", answer, packages.sign(answer, self.key)

    def _state(self, number: int, row: Any) -> RowResult:
        known = self.applications.get(row.get("application", ""))
        if known is None:
            return RowResult(number, False, "没有这个申请编号")
        known.append(dict(row))
        return RowResult(number, True)

    def _record(self, number: int, row: Any) -> RowResult:
        """A record that the city tells; one is returned that lacks what the platform wants or that it has refused."""
        missing = [name for name in ("item", "operation", "record") if not row.get(name)]
        if missing:
            return RowResult(number, False, f"缺少 {listed_in_chinese(missing)}")
        why = next((why for text, why in self.refused.items() if text in row.values()), "")
        if why:
            return RowResult(number, False, why)
        if row["operation"] == "remove":
            self.records.pop(row["record"], None)
        else:
            self.records[row["record"]] = dict(row)
        return RowResult(number, True)

    def _told(self, number: str) -> Answer:
        known = self.applications.get(number)
        if known is None:
            return "404 Not Found", b"", ""
        return "200 OK", json.dumps(known, ensure_ascii=False).encode(), ""

    def _city(self) -> Any:
        return packages.public_key(self.city_key)
