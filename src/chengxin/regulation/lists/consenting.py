"""A natural person's consent to being named on a list that honours them: given, withheld, withdrawn, by nobody else.

Source: 《个人信息保护法》第十三条、第十四条、第十五条: informed, free, explicit, and withdrawn at any time.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.registry.accounts.rules import Actor, MandateKind, Scope
from chengxin.registry.subjects.rules import person_of
from chengxin.regulation.lists import policy
from chengxin.regulation.lists.errors import ConsentUnsigned, ConsentWordingChanged, NotYourConsent
from chengxin.regulation.lists.models import HonourConsent, ListEntry, Proposal
from chengxin.regulation.lists.rules import ListTerms

CONSENT_ENDED: Any = _("本人撤回同意，列入已经终止：{list}")
CONSENT_ENDED_BODY: Any = _(
    "决定书 {number} 的列入在撤回的同时终止：公开页面、接口和信用查验都不再显示，名册里只留数字。"
    "请停止使用以前取得的名单，不再给予依据这项列入的奖励；撤回不需要理由，请不要要求本人说明。"
)


def require_own(about: str, *, by: Actor) -> None:
    """Raise `NotYourConsent` unless `by` is that natural person, in their own right and not by delegation."""
    own = any(m.about == about and m.kind is MandateKind.SELF and Scope.CONSENT in m.scopes for m in by.mandates)
    if person_of(about) is None or not own:
        raise NotYourConsent


def give(proposal: Proposal, *, agrees: bool, wording: str, by: Actor, at: datetime) -> None:
    """Keep the consent to the wording of that version, in the caller's transaction.

    Raises `NotYourConsent`, `ConsentUnsigned`, `ConsentWordingChanged`.
    """
    require_own(proposal.about, by=by)
    if not agrees:
        raise ConsentUnsigned
    read = policy.wording_on(local_date(at))
    if wording != read.version:
        raise ConsentWordingChanged
    digest = hashlib.sha256(f"{read.zh}\n{read.en}".encode()).hexdigest()
    _keep(proposal, given=True, wording=read.version, digest=digest, by=by, at=at)


def withhold(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """Take the consent back, in the caller's transaction; nothing where there is none. Raises `NotYourConsent`."""
    require_own(proposal.about, by=by)
    if standing_consent(proposal) is not None:
        _keep(proposal, given=False, wording="", digest="", by=by, at=at)


def tell_authority(entry: ListEntry, terms: ListTerms, *, at: datetime) -> None:
    """Tell who decided that the consent was taken back and what that ended; the person is not named."""
    to = Party(organisation_id=entry.proposal.authority_id)
    title = _Told(CONSENT_ENDED, terms)
    body = _Told(CONSENT_ENDED_BODY, terms, entry.decision_number)
    casework.send_notice(to, title=title, body=body, by=casework.PLATFORM, at=at, case_id=entry.case_id)


@dataclass(frozen=True, slots=True)
class _Told:
    """Words about an entry, in the language that is active when they are asked."""

    words: Any
    terms: ListTerms
    number: str = ""

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en")
        name = self.terms.name_en if english else self.terms.name_zh
        return str(self.words).format(list=name, number=self.number)


def standing_consent(proposal: Proposal) -> HonourConsent | None:
    """The consent while it holds; None where it was never given, or was withdrawn. Index: `honour_consent_once`."""
    latest = HonourConsent.objects.filter(proposal=proposal).order_by("-id").first()
    return latest if latest is not None and latest.given else None


def _keep(proposal: Proposal, *, given: bool, wording: str, digest: str, by: Actor, at: datetime) -> None:
    assert by.user_id is not None
    HonourConsent.objects.create(
        proposal=proposal,
        given=given,
        wording=wording,
        text_sha256=digest,
        by_name=by.name,
        by_user_id=by.user_id,
        at=at,
    )
    verb = "consented" if given else "consent_withdrawn"
    audit.note(f"lists.{verb}", f"list-proposal:{proposal.pk}", by=by, at=at, wording=wording)
