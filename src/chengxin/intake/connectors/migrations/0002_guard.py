"""What the application may not do, beneath its own code: remove pulls and parts, or rewrite what was handed in."""

from django.db import migrations

GUARD = """
REVOKE DELETE, TRUNCATE ON connectors_standing, connectors_pullrun FROM chengxin_app;
REVOKE UPDATE, DELETE, TRUNCATE ON connectors_pulledpart FROM chengxin_app;
GRANT UPDATE (keys, waits_for_feedback, feedback_fault) ON connectors_pulledpart TO chengxin_app;
"""
OPEN = """
GRANT DELETE ON connectors_standing, connectors_pullrun TO chengxin_app;
GRANT UPDATE, DELETE ON connectors_pulledpart TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("connectors", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
