"""Results name the version of the policy entry that their outcome was chosen from, as campaigns do of their field."""

from datetime import datetime, time

from django.db import migrations, models

from chengxin.base import policy
from chengxin.base.clock import CITY_TIME


def _begin(day):
    return datetime.combine(day, time.min, tzinfo=CITY_TIME)


def name_versions(apps, schema_editor):
    """The entry that was in force on the day of each result; what the profile does not hold stays as it is."""
    result = apps.get_model("campaigns", "Result")
    for entry in sorted(policy.entries("campaigns"), key=lambda e: e.effective_from, reverse=True):
        if entry.values.get("kind") != "outcome":
            continue
        of_then = result.objects.filter(outcome=entry.code, at__gte=_begin(entry.effective_from))
        if entry.effective_until is not None:
            of_then = of_then.filter(at__lt=_begin(entry.effective_until))
        of_then.update(outcome=entry.version)


def name_codes(apps, schema_editor):
    result = apps.get_model("campaigns", "Result")
    for entry in policy.entries("campaigns"):
        result.objects.filter(outcome=entry.version).update(outcome=entry.code)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_hand_over")]
    operations = [
        migrations.AlterField(model_name="result", name="outcome", field=models.CharField(max_length=80)),
        migrations.RunPython(name_versions, name_codes),
    ]
