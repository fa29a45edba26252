"""Who is told when an organisation lets a deadline pass (督办)."""

from datetime import date

from django.db.models import Q

from chengxin.registry.accounts.models import Appointment, Organisation
from chengxin.registry.accounts.queries import credit_office
from chengxin.registry.accounts.rules import Role

REVIEWERS = (Role.DEPARTMENT_REVIEWER.value, Role.CREDIT_OFFICE_REVIEWER.value)


def reviewers_of(organisation_id: int, *, on: date) -> tuple[int, ...]:
    """Ids of the people who review in that organisation on that day. Index: appointments by organisation."""
    held = Appointment.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=on),
        organisation_id=organisation_id,
        role__in=REVIEWERS,
        valid_from__lte=on,
    )
    return tuple(held.order_by("user_id").values_list("user_id", flat=True).distinct())


def superiors_of(organisation_id: int) -> tuple[int, ...]:
    """The parent organisation and the credit office, itself not among them. Index: primary key."""
    parent = Organisation.objects.filter(pk=organisation_id).values_list("parent_id", flat=True).first()
    found = dict.fromkeys(i for i in (parent, credit_office().id) if i is not None and i != organisation_id)
    return tuple(found)
