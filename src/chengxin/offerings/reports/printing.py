"""Turns a report's content into what the Typst template prints: texts only, in one language."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width
from urllib.parse import urlencode

import segno
import yaml
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from chengxin.base import clock
from chengxin.base.documents import typesetting
from chengxin.base.listing import in_turn_written
from chengxin.base.policy import city_folder
from chengxin.offerings.reports import wording
from chengxin.offerings.reports.queries import Count, Entry, ReportContent, ReportSection
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Words

TEMPLATE = Path(__file__).parent / "typst" / "report.typ"
ENGLISH, CHINESE = "en", "zh-hans"
LONG = 500  # characters of a record's values, above which it may be broken across pages
ZERO_WIDTH_SPACE = "\u200b"
_LONG_WORD = re.compile(r"[!-~]{24,}")
SHORT = 26  # half-width characters that fit on one line beside another field


@dataclass(frozen=True, slots=True)
class Marks:
    """What makes this copy of a report the one that was issued."""

    number: str
    check_code: str
    at: datetime
    language: str


def language_of(asked: str) -> str:
    """The language in which a report is set: English where that was asked for, else Chinese."""
    return ENGLISH if asked.lower().startswith("en") else CHINESE


def pdf(content: ReportContent, marks: Marks) -> bytes:
    """The report as PDF, not yet signed. Raises `FontsMissing`."""
    return typesetting.typeset(TEMPLATE, printed(content, marks), at=marks.at)


def printed(content: ReportContent, marks: Marks) -> dict[str, Any]:
    """What the template prints, JSON-ready."""
    with translation.override(marks.language):
        return Printer(marks).report(content)


def verification_address(number: str = "", code: str = "") -> str:
    """The public address of the verification page, for a report where one is given."""
    query = f"?{urlencode({'number': number, 'code': code})}" if number else ""
    return f"{settings.PUBLIC_ADDRESS.rstrip('/')}{reverse('reports:verify')}{query}"


@cache
def _city() -> dict[str, Words]:
    content = yaml.safe_load((city_folder() / "city.yaml").read_text(encoding="utf-8"))
    return {key: Words(content[key]["zh"], content[key]["en"]) for key in ("site", "office")}


def qr_code(text: str) -> str:
    """A QR code as SVG. Source: ISO/IEC 18004, error correction M."""
    target = BytesIO()
    segno.make(text, error="m", micro=False).save(target, kind="svg", border=0, xmldecl=False)
    return target.getvalue().decode()


def breakable(text: str) -> str:
    """`text` with places to break in its long words, so that no number or address runs out of its cell.

    Done here and not by a show rule of the template, which would take 40% of the typesetting time.
    """
    return _LONG_WORD.sub(lambda word: ZERO_WIDTH_SPACE.join(word[0]), text)


def rows(fields: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Fields in rows: neighbours of which both are short stand side by side, the others alone."""
    made: list[list[tuple[str, str]]] = []
    for field in fields:
        if made and len(made[-1]) == 1 and _is_short(field) and _is_short(made[-1][0]):
            made[-1].append(field)
        else:
            made.append([field])
    return made


def _is_short(field: tuple[str, str]) -> bool:
    name, value = field
    return _width(value) <= SHORT and _width(name) <= 2 * SHORT


def _width(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


class Printer:
    """Says a report's content in the language of one paper."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.english = marks.language == ENGLISH
        self.site, self.office = self.say(_city()["site"]), self.say(_city()["office"])

    def say(self, words: Words) -> str:
        """The words in the paper's language."""
        return words.en if self.english else words.zh

    def report(self, content: ReportContent) -> dict[str, Any]:
        """All of a company's report."""
        rights = f"{settings.PUBLIC_ADDRESS.rstrip('/')}{reverse('portal:rights')}"
        return {
            "language": "en" if self.english else "zh",
            "labels": wording.labels(verify_address=verification_address()),
            **self.head(content.as_of),
            "name": breakable(content.subject.name),
            "facts": list(self.subject(content)),
            **self.parts(content.counts, content.sections),
            "notes": wording.notes(rights_address=rights, site=self.site),
        }

    def head(self, as_of: date) -> dict[str, Any]:
        """What makes the paper this one: who issues it, number, code, days."""
        marks = self.marks
        return {
            "language": "en" if self.english else "zh",
            "site": self.site,
            "office": self.office,
            "number": marks.number,
            "check_code": marks.check_code,
            "qr": qr_code(verification_address(marks.number, marks.check_code)),
            "as_of": self.day(as_of),
            "issued": f"{marks.at.astimezone(clock.CITY_TIME):%Y-%m-%d %H:%M}",
            "demo": _("演示：企业、人员和记录均为虚构") if settings.DEMO else "",
        }

    def parts(self, counts: Sequence[Count], sections: Iterable[ReportSection]) -> dict[str, Any]:
        """Summary and sections."""
        return {
            "counts": [{"name": self.say(c.category.name), "number": c.number} for c in counts],
            "total": sum(c.number for c in counts),
            "sections": [{"name": self.say(s.name), "entries": [self.entry(e) for e in s.entries]} for s in sections],
        }

    def subject(self, content: ReportContent) -> Iterable[list[str]]:
        """The facts about the company below its name."""
        subject = content.subject
        yield [_("统一社会信用代码"), subject.code]
        yield [_("主体类别"), wording.named(subject.kind)]
        yield [_("登记状态"), wording.named(subject.status) if subject.registered else _("登记信息尚未归集")]
        for former in subject.former_names:
            until = _("（至 {day}）").format(day=self.day(former.until)) if former.until else ""
            yield [_("曾用名"), breakable(former.name) + until]
        for scheme, value in subject.identifiers:
            if value != subject.code:
                yield [wording.named(scheme), breakable(value)]

    def entry(self, entry: Entry) -> dict[str, Any]:
        """One record."""
        record = entry.record
        source_field = catalogue.item(record.item).parts.source_name  # stands below the fields already
        fields = [f for f in record.fields if f.code != source_field]
        return {
            "place": entry.place,
            "item": self.say(record.item_name),
            "headline": breakable(record.headline_en if self.english else record.headline),
            "severity": wording.named(record.severity) if record.severity else "",
            "disputed": record.state == "disputed",
            "rows": rows([(self.say(f.name), breakable(f.value_en if self.english else f.value)) for f in fields]),
            "long": sum(len(f.value) for f in fields) > LONG,
            "source": record.source_name or record.authority_name,
            "decided_on": self.day(record.decided_on) if record.decided_on else "",
            "basis": in_turn_written((f"《{b.law}》{b.article}" for b in record.legal_basis), in_english=self.english),
            "public_until": self.last_day(record.public_until),
            "contest": wording.contest(record.source_name or record.authority_name, self.office),
        }

    def day(self, day: date) -> str:
        """The day as it is written in the paper's language."""
        return day.isoformat() if self.english else f"{day.year}年{day.month}月{day.day}日"

    def last_day(self, first_day_unseen: date | None) -> str:
        """The last day of the half-open public period, as people say it."""
        return self.day(first_day_unseen - timedelta(days=1)) if first_day_unseen else _("长期")
