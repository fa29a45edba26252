import django.db.models.deletion
from django.db import migrations, models

CAUSES = [(c, c) for c in ("corrected", "withdrawn", "reviewed", "mended")]
PK = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
SAME = "hashtextextended(about || chr(10) || template || chr(10) || reference, 0)"
SIGNED_ON = "(signed_at AT TIME ZONE 'Asia/Shanghai')::date"


def runs_once(which: str) -> str:
    """That no two of `which` run at once with the same promisor, letter and reference."""
    return f"""
ALTER TABLE commitments_commitment DROP CONSTRAINT commitment_runs_once;
ALTER TABLE commitments_commitment ADD CONSTRAINT commitment_runs_once EXCLUDE USING gist (
  int8range({SAME}, {SAME}, '[]') WITH &&,
  daterange({SIGNED_ON}, greatest(free_from, {SIGNED_ON})) WITH &&
) WHERE ({which});
"""


# One that runs again after its finding was undone may meet one signed meanwhile.
RUNS_ONCE, RUNS_ONCE_BEFORE = runs_once("state = 'running' AND NOT is_reopened"), runs_once("state = 'running'")


class Migration(migrations.Migration):
    dependencies = [("commitments", "0005_due_notices")]
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
        migrations.RunSQL(RUNS_ONCE, RUNS_ONCE_BEFORE),
    ]
