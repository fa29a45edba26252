"""What the application may not do, beneath its own code: rewrite or remove what happened and what was sent."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON casework_caseevent, casework_caseparty FROM chengxin_app;
REVOKE UPDATE, DELETE, TRUNCATE ON casework_case, casework_notice FROM chengxin_app;
GRANT UPDATE (state, state_since, due_on, due_working_days, due_policy, closed_at, steps_taken)
  ON casework_case TO chengxin_app;
GRANT UPDATE (read_at, read_by) ON casework_notice TO chengxin_app;
"""
OPEN = """
GRANT UPDATE, DELETE ON casework_case, casework_caseevent, casework_caseparty, casework_notice TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
