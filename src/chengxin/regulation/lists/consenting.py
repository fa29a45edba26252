"""A natural person's consent to being named on a list that honours them: given, withheld, withdrawn, by nobody else.

Source: 《个人信息保护法》第十三条、第十四条、第十五条: informed, free, explicit, and withdrawn at any time.
"""

import hashlib
from datetime import datetime

from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.registry.accounts.rules import Actor, MandateKind, Scope
from chengxin.registry.subjects.rules import person_of
from chengxin.regulation.lists import policy
from chengxin.regulation.lists.errors import ConsentUnsigned, ConsentWordingChanged, NotYourConsent
from chengxin.regulation.lists.models import HonourConsent, Proposal


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
