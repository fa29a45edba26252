"""When a notice was given, where it counts as served later; when and where a hearing is held."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("lists", "0008_by_consent")]
    operations = [
        migrations.AddField("noticeservice", "given_on", models.DateField(null=True)),
        migrations.AddConstraint(
            "noticeservice",
            models.CheckConstraint(
                condition=Q(given_on=None) | Q(given_on__lte=F("served_on")), name="service_after_giving"
            ),
        ),
        migrations.CreateModel(
            name="HearingCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_at", models.DateTimeField()),
                ("place", models.CharField(max_length=200)),
                ("called_by", models.CharField(max_length=150)),
                ("called_at", models.DateTimeField()),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hearing_calls",
                        to="lists.proposal",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(place="") & Q(held_at__gt=F("called_at")), name="hearing_called_before"
                    )
                ],
            },
        ),
    ]
