"""What the application may not do, beneath its own code: rewrite or remove a comparison that was kept."""

from django.db import migrations

TABLES = "runs_keptcomparison, runs_keptmover"
GUARD = f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM chengxin_app;"
OPEN = f"GRANT UPDATE, DELETE ON {TABLES} TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("runs", "0004_kept_comparison")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
