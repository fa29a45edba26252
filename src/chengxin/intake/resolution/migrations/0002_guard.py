"""What the application may not do, beneath its own code: rewrite what was decided, or a row as it came."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON resolution_decision, resolution_weightsversion FROM chengxin_app;
REVOKE UPDATE, DELETE, TRUNCATE ON collection_rowwithoutcode, resolution_candidate FROM chengxin_app;
REVOKE DELETE, TRUNCATE ON resolution_waiting FROM chengxin_app;
GRANT UPDATE (state, decided_by, decided_at, reason) ON resolution_weightsversion TO chengxin_app;
"""
OPEN = """
GRANT UPDATE, DELETE ON resolution_decision, resolution_weightsversion, collection_rowwithoutcode,
  resolution_candidate, resolution_waiting TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("resolution", "0001_initial"), ("collection", "0002_submission_waiting_rowwithoutcode")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
