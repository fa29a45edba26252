"""Which key signed which heads. Heads of before are told apart at the next append, where the keys are at hand."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("transparency", "0005_guard_parts")]
    operations = [
        migrations.CreateModel(
            name="LogSigner",
            fields=[
                ("first", models.BigIntegerField(primary_key=True, serialize=False)),
                ("key", models.TextField()),
                ("vouched", models.BinaryField()),
                ("noted_at", models.DateTimeField()),
            ],
            options={"constraints": [models.CheckConstraint(condition=Q(first__gte=1), name="log_signer_counts")]},
        ),
    ]
