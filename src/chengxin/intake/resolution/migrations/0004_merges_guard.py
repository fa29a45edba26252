"""What the application may not do, beneath its own code: rewrite what was proposed to be merged, or what moved."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON resolution_merge, resolution_mergedrecord FROM chengxin_app;
GRANT UPDATE (state, decided_by, decided_at, decision, merge_id, records, undone_by, undone_at, undone_reason)
  ON resolution_merge TO chengxin_app;
"""
OPEN = "GRANT UPDATE, DELETE ON resolution_merge, resolution_mergedrecord TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("resolution", "0003_merges")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
