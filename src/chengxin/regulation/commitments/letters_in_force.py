"""All letters that can be signed: the city's, from policy, and those of associations, approved by the credit office."""

from datetime import date

from django.db.models import Q

from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.queries import OrganisationRow
from chengxin.regulation.commitments import policy, reading
from chengxin.regulation.commitments.models import AssociationLetter
from chengxin.regulation.commitments.rules import Template

ASSOCIATION_PREFIX = "association/"


def templates_on(day: date) -> tuple[Template, ...]:
    """The letters in force that day, the city's first, models among them."""
    return (*policy.templates_on(day), *association_templates_on(day))


def association_templates_on(day: date) -> tuple[Template, ...]:
    """Associations' letters that the credit office approved and that are in force. A few hundred rows at most."""
    found = AssociationLetter.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gt=day), effective_from__lte=day
    )
    owners = {o.id: o for o in accounts.organisations() if o.kind == "association"}
    return tuple(_template(row, owners[row.association_id]) for row in found.order_by("code", "version"))


def template_of(code: str, *, on: date) -> Template | None:
    """The version of that letter in force that day; None where there is none."""
    return next((t for t in templates_on(on) if t.code == code and t.can_be_signed_on(on)), None)


def template_named(version: str) -> Template | None:
    """The letter that a version names, in force or not. Index: `association_letter_once`."""
    if not version.startswith(ASSOCIATION_PREFIX):
        return policy.template_named(version)
    code, _, number = version.removeprefix(ASSOCIATION_PREFIX).rpartition("@")
    found = AssociationLetter.objects.filter(code=code, version=int(number) if number.isdecimal() else 0).first()
    if found is None:
        return None
    owner = accounts.organisation_by_id(found.association_id)
    return _template(found, owner) if owner else None


def versions_of(code: str) -> tuple[Template, ...]:
    """Every version of a letter that was in force at some time, newest first."""
    if city := policy.versions_of(code):
        return city
    owners = {o.id: o for o in accounts.organisations() if o.kind == "association"}
    found = AssociationLetter.objects.filter(code=code, effective_from__isnull=False).order_by("-version")
    return tuple(_template(row, owners[row.association_id]) for row in found)


def version_of(row: AssociationLetter) -> str:
    """How that version is named."""
    return f"{ASSOCIATION_PREFIX}{row.code}@{row.version}"


def draft_of_case(case_id: int) -> Template | None:
    """The association's letter that a case is about, as it would be in force. Index: unique case."""
    found = AssociationLetter.objects.filter(case_id=case_id).first()
    owner = accounts.organisation_by_id(found.association_id) if found else None
    return _template(found, owner) if found and owner else None


def _template(row: AssociationLetter, owner: OrganisationRow) -> Template:
    return reading.template(
        row.code,
        {**row.content, "authority": owner.code, "second_factor": True},  # no association decides how it is signed
        version=version_of(row),
        basis=owner.name_zh,
        verified=True,  # the association's own convention; the credit office read and approved it
        effective_from=row.effective_from or date.max,
        effective_until=row.effective_until,
    )
