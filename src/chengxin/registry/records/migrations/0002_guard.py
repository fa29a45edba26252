"""What the application may not do, beneath its own code."""

from django.db import migrations

GUARD = """
ALTER TABLE records_personrecord ENABLE ROW LEVEL SECURITY;
ALTER TABLE records_personrecord FORCE ROW LEVEL SECURITY;
CREATE POLICY purpose_stated ON records_personrecord
  USING (coalesce(current_setting('chengxin.purpose', true), '') <> '') WITH CHECK (true);
REVOKE DELETE, TRUNCATE ON records_record, records_personrecord FROM chengxin_app;
REVOKE UPDATE ON records_record, records_personrecord FROM chengxin_app;
GRANT UPDATE (known_until) ON records_record, records_personrecord TO chengxin_app;
"""
OPEN = """
DROP POLICY purpose_stated ON records_personrecord;
ALTER TABLE records_personrecord NO FORCE ROW LEVEL SECURITY;
ALTER TABLE records_personrecord DISABLE ROW LEVEL SECURITY;
GRANT UPDATE, DELETE ON records_record, records_personrecord TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
