"""What the application may not do, beneath its own code: rewrite or remove what happened to a record."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON records_recordevent, records_watcheditem, records_periodsweep FROM chengxin_app;
GRANT UPDATE (is_routed) ON records_recordevent TO chengxin_app;
GRANT UPDATE (through) ON records_periodsweep TO chengxin_app;
"""
OPEN = "GRANT UPDATE, DELETE ON records_recordevent, records_watcheditem, records_periodsweep TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("records", "0006_events")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
