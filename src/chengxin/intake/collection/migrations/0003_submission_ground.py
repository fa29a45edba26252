"""On what a hand-in stands; what the platform's own cases handed in before is marked."""

from django.db import migrations, models

import chengxin.intake.collection.rules

DECIDED = """
UPDATE collection_submission SET ground = 'decision'
WHERE item IN ('serious-breach', 'commitment', 'inspection-result') AND rows = 1 AND stored_as = ''
  AND filename LIKE '%.jsonl';
"""


class Migration(migrations.Migration):
    dependencies = [("collection", "0002_submission_waiting_rowwithoutcode")]
    operations = [
        migrations.AddField(
            model_name="submission",
            name="ground",
            field=models.CharField(
                choices=[("hand-in", "hand-in"), ("decision", "decision"), ("correction", "correction")],
                default=chengxin.intake.collection.rules.Ground["HAND_IN"],
                max_length=12,
            ),
        ),
        migrations.RunSQL(DECIDED, migrations.RunSQL.noop),
    ]
