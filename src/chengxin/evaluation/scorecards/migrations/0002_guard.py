"""What the application may not do, beneath its own code: rewrite or remove how a model came into force."""

from django.db import migrations

TABLES = "scorecards_proposal, scorecards_trial, scorecards_publication"
GUARD = f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM chengxin_app;"
OPEN = f"GRANT UPDATE, DELETE ON {TABLES} TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("scorecards", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
