import django.db.models.deletion
from django.db import migrations, models

CAUSES = [(c, c) for c in ("corrected", "withdrawn", "reviewed", "mended")]
PK = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [("commitments", "0003_due_notices")]
    operations = [
        migrations.AlterField(
            model_name="decision",
            name="commitment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="commitments.commitment"
            ),
        ),
        migrations.CreateModel(
            name="Undoing",
            fields=[
                PK,
                (
                    "decision",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="commitments.decision"),
                ),
                ("cause", models.CharField(choices=CAUSES, max_length=10)),
                ("reason", models.TextField()),
                ("by_name", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                PK,
                ("case_id", models.BigIntegerField(unique=True)),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="commitments.decision"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="commitment", name="is_reopened", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.RemoveConstraint(model_name="commitment", name="commitment_runs_once"),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_reopened", False), ("state", "running")),
                fields=("about", "template"),
                name="commitment_runs_once",
            ),
        ),
    ]
