"""Interfaces that answer JSON, page by page, from the newest value that was seen on.

Pages may come in any order, so that the newest value (`high`) takes effect only once all of them were taken; a pull
that died begins its pages anew, and rows that are known already change nothing. `recent` names the rows of the newest
value, which such interfaces answer again.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from chengxin.intake.connectors import shaping
from chengxin.intake.connectors.errors import SourceDiffers, SourceUnreachable
from chengxin.intake.connectors.profile import secret
from chengxin.intake.connectors.rules import Connector, Rest
from chengxin.intake.connectors.sources.parts import SHOWN, Fault, Part, Position, Sample, write_rows
from chengxin.intake.exchange.delivering import check_open, session
from chengxin.intake.exchange.errors import AddressRefused

CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 60.0
MOST_PAGES = 10_000
LONGEST_ANSWER = 64 << 20
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RestPeer:
    """One list of an interface."""

    connector: Connector
    source: Rest

    def parts(self, position: Position, seen: Mapping[str, str], scratch: Path) -> Iterator[Part]:
        """A part for each page that holds something new."""
        recent: Mapping[str, str] = position.get("recent", {})
        high, marks = position.get("cursor"), dict(recent)
        with session() as web:
            for number, rows in enumerate(self._pages(web, shaping.given(position.get("cursor"))), start=1):
                high, marks = self._newest(high, marks, rows)
                new = [r for r in rows if not self.source.cursor or recent.get(self._key(r)) != self._mark(r)]
                if new:
                    path = scratch / f"{number}.jsonl"
                    write_rows(new, self.connector, path)
                    keys = [self._key(row) for row in new]
                    stands = {"cursor": position.get("cursor"), "high": high, "recent": marks}
                    yield Part(path, f"{keys[0]}–{keys[-1]}", stands, keys)

    def first(self, scratch: Path) -> Sample:
        """The first rows of the first page."""
        with session() as web:
            rows = next(self._pages(web, None), [])
        return Sample(rows=tuple(shaping.fields_of(row, self.connector) for row in rows[:SHOWN]))

    def tell(self, name: str, keys: Sequence[str], faults: Sequence[Fault], submission: int) -> None:
        """Post the faults; the header by which the other side knows a second time is the hand-in's number."""
        feedback = self.connector.feedback
        if feedback is None or feedback.address is None:
            return
        address = secret(feedback.address)
        told = [{"key": f.key, "field": f.field, "rule": f.rule, "message": f.message, "hint": f.hint} for f in faults]
        with session() as web:
            try:
                check_open(address)
                answer = web.post(
                    address,
                    json={"submission": submission, "rows": len(keys), "faults": told},
                    headers={**self._headers(), "Idempotency-Key": f"{self.connector.code}-{submission}"},
                    timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                    allow_redirects=False,
                )
            except (requests.RequestException, AddressRefused) as error:
                raise SourceUnreachable(reason=type(error).__name__) from error
        if not 200 <= answer.status_code < 300:
            raise SourceUnreachable(reason=f"HTTP {answer.status_code}")

    def _pages(self, web: requests.Session, since: Any) -> Iterator[list[Row]]:
        source = self.source
        address, given = secret(source.address), dict(source.parameters)
        begun = urlsplit(address)
        if source.since and since is not None:
            given[source.since] = str(since)
        for number in range(source.first_page, source.first_page + MOST_PAGES):
            paged = {source.page: str(number)} if source.page else {}
            answer = self._get(web, address, given | paged)
            rows = self._rows(answer)
            if rows:
                yield rows
            following = _at(answer, source.next) if source.next else None
            if following:
                address, given = urljoin(address, str(following)), {}
                if urlsplit(address)[:2] != begun[:2]:
                    raise SourceDiffers(reason=f"next: {urlsplit(address).netloc}")
            elif not source.page or not rows:
                return
        raise SourceDiffers(reason=f"pages > {MOST_PAGES}")

    def _get(self, web: requests.Session, address: str, parameters: Mapping[str, str]) -> Any:
        try:
            check_open(address)
            with web.get(
                address,
                params=parameters,
                headers=self._headers(),
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as answer:
                if answer.status_code != 200:
                    raise SourceUnreachable(reason=f"HTTP {answer.status_code}")
                content = answer.raw.read(LONGEST_ANSWER + 1, decode_content=True)
        except (requests.RequestException, AddressRefused, OSError) as error:
            raise SourceUnreachable(reason=type(error).__name__) from error
        if len(content) > LONGEST_ANSWER:
            raise SourceDiffers(reason=f"> {LONGEST_ANSWER >> 20} MB")
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise SourceDiffers(reason="JSON") from error

    def _headers(self) -> dict[str, str]:
        if self.source.token is None:
            return {"Accept": "application/json"}
        given = f"{self.source.token_prefix}{secret(self.source.token)}"
        return {"Accept": "application/json", self.source.token_header: given}

    def _rows(self, answer: Any) -> list[Row]:
        found = _at(answer, self.source.items)
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise SourceDiffers(reason=f"items: {self.source.items or 'JSON'}")
        for row in found:
            if row.get(self.source.key) is None:
                raise SourceDiffers(reason=f"key: {self.source.key}")
        return found

    def _key(self, row: Row) -> str:
        return str(row[self.source.key])

    def _mark(self, row: Row) -> str:
        return str(row.get(self.source.cursor or ""))

    def _newest(
        self, high: list[str] | None, marks: dict[str, str], rows: Sequence[Row]
    ) -> tuple[list[str] | None, dict[str, str]]:
        """The newest value so far, and the rows that have it."""
        if not self.source.cursor:
            return None, {}
        for row in rows:
            value, before = self._cursor_of(row), shaping.given(high)
            if before is not None and type(before) is not type(value):
                raise SourceDiffers(reason=f"cursor: {self.source.cursor}")
            if before is None or value > before:
                high, marks = shaping.kept(value), {}
            if value == shaping.given(high):
                marks = marks | {self._key(row): str(value)}
        return high, marks

    def _cursor_of(self, row: Row) -> Any:
        """The value that tells what is newer: a text or a whole number."""
        value = row.get(self.source.cursor or "")
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise SourceDiffers(reason=f"cursor: {self.source.cursor}")
        return value


def _at(answer: Any, path: str | None) -> Any:
    """What stands in an answer at a path with dots; None where there is nothing."""
    for name in (path or "").split(".") if path else []:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer
