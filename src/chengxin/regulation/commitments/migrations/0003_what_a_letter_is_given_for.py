"""A commitment names the matter that it was given for, and stops standing in the way some time after its term.

Two that run at once with the same promisor, letter and reference are kept out by a range of one number for the three
(a collision of two 64-bit hashes would refuse a signature, and nothing else), which needs no extension.
"""

from django.db import migrations, models

# 120 days are what policy/commitment-procedure.yaml says of all days before this migration.
FILL = "UPDATE commitments_commitment SET free_from = ends_on + 121"
SAME = "hashtextextended(about || chr(10) || template || chr(10) || reference, 0)"
SIGNED_ON = "(signed_at AT TIME ZONE 'Asia/Shanghai')::date"
RUNS_ONCE = f"""
ALTER TABLE commitments_commitment ADD CONSTRAINT commitment_runs_once EXCLUDE USING gist (
  int8range({SAME}, {SAME}, '[]') WITH &&,
  daterange({SIGNED_ON}, greatest(free_from, {SIGNED_ON})) WITH &&
) WHERE (state = 'running');
"""
OPEN = "ALTER TABLE commitments_commitment DROP CONSTRAINT commitment_runs_once;"


class Migration(migrations.Migration):
    dependencies = [("commitments", "0002_guard")]
    operations = [
        migrations.RemoveConstraint(model_name="commitment", name="commitment_runs_once"),
        migrations.AddField(
            model_name="commitment", name="reference", field=models.CharField(default="", max_length=60)
        ),
        migrations.AddField(model_name="commitment", name="free_from", field=models.DateField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(model_name="commitment", name="free_from", field=models.DateField()),
        migrations.RunSQL(RUNS_ONCE, OPEN),
    ]
