"""Turns the content of a person's report into what the Typst template prints."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from chengxin.base import clock
from chengxin.base.documents import typesetting
from chengxin.offerings.reports import printing, wording
from chengxin.offerings.reports.person import PersonContent
from chengxin.offerings.reports.printing import Marks, Printer
from chengxin.offerings.reports.queries import Entry
from chengxin.registry.records.rules import Audience
from chengxin.rights.consent import policy
from chengxin.rights.consent.queries import AccessRow


def pdf(content: PersonContent, marks: Marks, *, valid_until: date, purpose: Any) -> bytes:
    """The report as PDF, not yet signed. Raises `FontsMissing`."""
    told = printed(content, marks, valid_until=valid_until, purpose=purpose)
    return typesetting.typeset(printing.TEMPLATE, told, at=marks.at)


def printed(content: PersonContent, marks: Marks, *, valid_until: date, purpose: Any) -> dict[str, Any]:
    """What the template prints, JSON-ready."""
    with translation.override(marks.language):
        return _PersonPrinter(marks).person(content, valid_until=valid_until, purpose=str(purpose))


class _PersonPrinter(Printer):
    def person(self, content: PersonContent, *, valid_until: date, purpose: str) -> dict[str, Any]:
        rights = f"{settings.PUBLIC_ADDRESS.rstrip('/')}{reverse('portal:rights')}"
        told = {
            **self.head(content.as_of),
            "labels": wording.person_labels(verify_address=printing.verification_address()),
            "name": content.person.name,
            "facts": list(self.facts(content, valid_until=valid_until, purpose=purpose)),
            **self.parts(content.counts, content.sections),
            "notes": wording.person_notes(rights_address=rights, site=self.site),
            "own_note": printing.breakable(content.note),
        }
        if content.looks is not None:
            told["looks"] = [self.look(one) for one in content.looks]
        return told

    def facts(self, content: PersonContent, *, valid_until: date, purpose: str) -> Iterable[list[str]]:
        yield [_("证件类型"), content.person.document_type]
        yield [_("证件号码"), content.person.number]
        yield [_("出具依据"), purpose]
        yield [_("有效期至"), self.day(valid_until - timedelta(days=1))]

    def entry(self, entry: Entry) -> dict[str, Any]:
        told = super().entry(entry)
        if entry.record.audience != Audience.PUBLIC:
            told["public_until"] = _("不公示")
        return told

    def look(self, one: AccessRow) -> list[str]:
        who = (one.organisation_en if self.english else one.organisation_zh) or _("平台")
        return [f"{one.at.astimezone(clock.CITY_TIME):%Y-%m-%d %H:%M}", who, self.purpose(one)]

    def purpose(self, one: AccessRow) -> str:
        found = policy.purpose_on(one.purpose, on=clock.local_date(one.at))
        if found is None:
            return wording.purpose(one.purpose)
        return found.en if self.english else found.zh
