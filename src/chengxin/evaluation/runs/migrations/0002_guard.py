"""What the application may not do, beneath its own code: rewrite or remove what was computed."""

from django.db import migrations

TABLES = "runs_snapshot, runs_run, runs_result, runs_standing, runs_foresight"
GUARD = f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM chengxin_app;"
OPEN = f"GRANT UPDATE, DELETE ON {TABLES} TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("runs", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
