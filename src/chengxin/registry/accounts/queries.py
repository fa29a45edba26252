"""Reads of organisations, people and what they may do."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import yaml
from django.db import connection
from django.db.models import Q

from chengxin.base.clock import local_date
from chengxin.base.errors import NotFound
from chengxin.base.policy import city_folder
from chengxin.registry.accounts.models import (
    Appointment,
    Authenticator,
    Invitation,
    Mandate,
    Organisation,
    Passkey,
    User,
)
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope, roles_of


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation of the city. `parent_code` is None at the top."""

    id: int
    code: str
    code_is_generated: bool
    name_zh: str
    name_en: str
    kind: str
    division: str
    parent_id: int | None
    parent_code: str | None

    @property
    def is_public_body(self) -> bool:
        """Whether it acts for the public: no bank, credit agency or trade association."""
        return self.kind not in {Organisation.Kind.BANK, Organisation.Kind.AGENCY, Organisation.Kind.ASSOCIATION}


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A fictional person that the demo's sign-in page offers: in an organisation, or acting on behalf of `about`."""

    username: str
    name_zh: str
    name_en: str
    role: Role
    organisation_zh: str = ""
    organisation_en: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """A person's role in an organisation, `[valid_from, valid_until)`."""

    id: int
    username: str
    name_zh: str
    name_en: str
    role: str
    organisation_code: str
    organisation_zh: str
    organisation_en: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class MandateRow:
    """Who may or could act on behalf of a subject; `delegated_by` is the mandate under which it was given."""

    held: Mandated
    user_id: int
    name_zh: str
    name_en: str
    valid_from: datetime
    in_force: bool
    delegated_by: int | None


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An open invitation; its code is not kept."""

    id: int
    scopes: frozenset[Scope]
    ends_at: datetime
    offered_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey of a person; `used_at` None: registered and not used since."""

    id: int
    name: str
    credential_id: bytes
    registered_at: datetime
    used_at: datetime | None


def _row(organisation: Organisation) -> OrganisationRow:
    parent = organisation.parent
    return OrganisationRow(
        id=organisation.pk,
        code=organisation.code,
        code_is_generated=organisation.code_is_generated,
        name_zh=organisation.name_zh,
        name_en=organisation.name_en,
        kind=organisation.kind,
        division=organisation.division,
        parent_id=parent.pk if parent else None,
        parent_code=parent.code if parent else None,
    )


def organisations() -> list[OrganisationRow]:
    """All organisations in the order of the city profile. A few dozen rows; primary key."""
    return [_row(o) for o in Organisation.objects.select_related("parent").order_by("id")]


def organisation_by_code(code: str) -> OrganisationRow | None:
    """The organisation with that unified social credit code. Index: unique code."""
    found = Organisation.objects.select_related("parent").filter(code=code).first()
    return _row(found) if found else None


def organisation_by_id(organisation_id: int) -> OrganisationRow | None:
    """The organisation with that id. Index: primary key."""
    found = Organisation.objects.select_related("parent").filter(pk=organisation_id).first()
    return _row(found) if found else None


def reach_of(organisation_id: int) -> frozenset[int]:
    """Ids of the organisation and of all below it. Index: parent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE below AS (SELECT %s::bigint AS id UNION"
            " SELECT o.id FROM accounts_organisation o JOIN below b ON o.parent_id = b.id) SELECT id FROM below",
            [organisation_id],
        )
        return frozenset(row[0] for row in cursor.fetchall())


def codes_of(organisation_ids: frozenset[int]) -> frozenset[str]:
    """The unified social credit codes of these organisations. Index: primary key."""
    return frozenset(Organisation.objects.filter(pk__in=organisation_ids).values_list("code", flat=True))


def actor_of_user(user: User, *, at: datetime) -> Actor | None:
    """Who this person is at that moment; None for one who neither holds an office nor acts for anyone.

    All roles in the organisation of the earliest appointment in force, and all mandates in force. Index: appointments
    by user, `mandate_user`.
    """
    on, held = local_date(at), mandates_of(user.pk, at=at)
    current = list(
        Appointment.objects.select_related("organisation")
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on), user=user, valid_from__lte=on)
        .order_by("valid_from", "id")
    )
    if not current:
        return Actor(user.username, None, "", roles_of(held), user_id=user.pk, mandates=held) if held else None
    organisation = current[0].organisation
    return Actor(
        name=user.username,
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        roles=frozenset(Role(a.role) for a in current if a.organisation_id == organisation.pk) | roles_of(held),
        reaches=reach_of(organisation.pk),
        user_id=user.pk,
        mandates=held,
    )


def mandates_of(user_id: int, *, at: datetime) -> tuple[Mandated, ...]:
    """What this person may do on whose behalf at that moment, oldest first. Index: `mandate_user`."""
    rows = Mandate.objects.filter(_in_force(at), user_id=user_id).order_by("valid_from", "id")
    return tuple(_mandated(m) for m in rows)


def _in_force(at: datetime) -> Q:
    given = Q(delegated_by__isnull=True) | Q(delegated_by__valid_until__isnull=True)
    return (
        Q(valid_from__lte=at)
        & (Q(valid_until__isnull=True) | Q(valid_until__gt=at))
        & (given | Q(delegated_by__valid_until__gt=at))  # who lost the right can no longer have given it
    )


def _mandated(row: Mandate) -> Mandated:
    scopes = frozenset(Scope(s) for s in row.scopes.split())
    return Mandated(row.pk, row.about, MandateKind(row.kind), scopes, row.valid_until)


def mandates_about(about: str, *, at: datetime) -> list[MandateRow]:
    """Who may or could act on behalf of `about`, newest first. Index: `mandate_about`."""
    rows = Mandate.objects.filter(about=about).select_related("user", "delegated_by__user")
    in_force = set(rows.filter(_in_force(at)).values_list("pk", flat=True))
    return [
        MandateRow(
            held=_mandated(m),
            user_id=m.user_id,
            name_zh=m.user.display_name_zh,
            name_en=m.user.display_name_en,
            valid_from=m.valid_from,
            in_force=m.pk in in_force,
            delegated_by=m.delegated_by_id,
        )
        for m in rows.order_by("-valid_from", "-id")
    ]


def invitations_about(about: str, *, at: datetime) -> list[InvitationRow]:
    """Invitations to act on behalf of `about` that are still open, newest first. Index: `mandate_about`."""
    rows = Invitation.objects.filter(
        mandate__about=about, taken_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at
    ).order_by("-offered_at", "-id")
    return [
        InvitationRow(i.pk, frozenset(Scope(s) for s in i.scopes.split()), i.ends_at, i.offered_at, i.expires_at)
        for i in rows
    ]


def has_authenticator(user_id: int) -> bool:
    """Whether this person has a confirmed authenticator. Index: unique user."""
    return Authenticator.objects.filter(user_id=user_id, confirmed_at__isnull=False).exists()


def has_second_factor(user_id: int) -> bool:
    """Whether this person signs in with a second factor of either kind. Indexes: unique user, passkeys by user."""
    return has_authenticator(user_id) or Passkey.objects.filter(user_id=user_id).exists()


def passkeys_of(user_id: int) -> list[PasskeyRow]:
    """The passkeys of this person, oldest first. Index: passkeys by user."""
    rows = Passkey.objects.filter(user_id=user_id).order_by("registered_at", "id")
    return [PasskeyRow(p.pk, p.name, bytes(p.credential_id), p.registered_at, p.used_at) for p in rows]


def name_of_user(user_id: int) -> tuple[str, str] | None:
    """What the person is called, in Chinese and English. Index: primary key."""
    found = User.objects.filter(pk=user_id).first()
    return (found.display_name_zh, found.display_name_en) if found else None


def own_name(about: str) -> tuple[str, str] | None:
    """The name of the person who signs in as `about` itself, in Chinese and English. Index: `mandate_about`."""
    found = Mandate.objects.filter(about=about, kind=MandateKind.SELF).select_related("user").order_by("id").first()
    return (found.user.display_name_zh, found.user.display_name_en) if found else None


def actor_of_organisation(code: str, *, roles: frozenset[Role], name: str) -> Actor | None:
    """An actor for a system or command line that acts for the organisation with that code; None if unknown."""
    organisation = organisation_by_code(code)
    if organisation is None:
        return None
    return Actor(
        name=name,
        organisation_id=organisation.id,
        organisation_code=organisation.code,
        roles=roles,
        reaches=reach_of(organisation.id),
    )


def actor_named(username: str, *, at: datetime) -> Actor | None:
    """The actor that the person with that user name is; None if unknown. For making the demo's matters."""
    user = User.objects.filter(username=username).first()
    return actor_of_user(user, at=at) if user is not None else None


def appointments(*, organisation_id: int | None = None) -> list[AppointmentRow]:
    """All appointments, newest first, of one organisation or of the city."""
    rows = Appointment.objects.select_related("user", "organisation").order_by("-valid_from", "-id")
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return [
        AppointmentRow(
            id=a.pk,
            username=a.user.username,
            name_zh=a.user.display_name_zh,
            name_en=a.user.display_name_en,
            role=a.role,
            organisation_code=a.organisation.code,
            organisation_zh=a.organisation.name_zh,
            organisation_en=a.organisation.name_en,
            valid_from=a.valid_from,
            valid_until=a.valid_until,
        )
        for a in rows
    ]


def demo_people() -> list[DemoPerson]:
    """The fictional people of the demo, in the order in which they were made."""
    people = User.objects.filter(is_demo=True).order_by("pk")
    return [
        DemoPerson(user.username, user.display_name_zh, user.display_name_en, **place)
        for user in people.prefetch_related("appointments__organisation", "mandates")
        for place in [*_offices(user), *_mandates(user)][:1]
    ]


def demo_actor(username: str, *, at: datetime) -> Actor | None:
    """A fictional person of the demo as they act; None where there is no such person. Index: unique user name."""
    user = User.objects.filter(username=username, is_demo=True).first()
    return actor_of_user(user, at=at) if user else None


def _offices(user: User) -> list[dict[str, Any]]:
    return [
        {"role": Role(a.role), "organisation_zh": a.organisation.name_zh, "organisation_en": a.organisation.name_en}
        for a in user.appointments.all()
    ]


def _mandates(user: User) -> list[dict[str, Any]]:
    return [{"role": role, "about": m.about} for m in user.mandates.all() for role in roles_of((_mandated(m),))]


def credit_office() -> OrganisationRow:
    """The organisation that runs the platform (信用办), as the city profile names it. Raises `NotFound`."""
    content = yaml.safe_load((city_folder() / "city.yaml").read_text(encoding="utf-8"))
    found = organisation_by_code(content["credit_office"])
    if found is None:
        raise NotFound
    return found


@lru_cache(maxsize=1)
def city_division() -> str:
    """The division of the credit office, and so of the city; asked once in each process. Raises `NotFound`."""
    return credit_office().division


def user_in(username: str, *, organisation_id: int) -> int | None:
    """The id of the person with that user name who holds an office in that organisation; None: there is none."""
    found = Appointment.objects.filter(
        user__username=username, organisation_id=organisation_id, valid_until__isnull=True
    )
    return found.values_list("user_id", flat=True).first()
