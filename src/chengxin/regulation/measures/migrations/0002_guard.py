"""What the application may not do, beneath its own code: rewrite a receipt or a report, or read of persons unasked."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON measures_receipt, measures_feedback FROM chengxin_app;
REVOKE DELETE, TRUNCATE ON measures_filerun FROM chengxin_app;
ALTER TABLE measures_receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE measures_receipt FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone_writes ON measures_receipt FOR INSERT WITH CHECK (true);
CREATE POLICY of_persons_with_a_purpose ON measures_receipt FOR SELECT USING (
  kind <> 'natural-person' OR coalesce(current_setting('chengxin.purpose', true), '') <> ''
);
"""
OPEN = """
DROP POLICY of_persons_with_a_purpose ON measures_receipt;
DROP POLICY everyone_writes ON measures_receipt;
ALTER TABLE measures_receipt NO FORCE ROW LEVEL SECURITY;
ALTER TABLE measures_receipt DISABLE ROW LEVEL SECURITY;
GRANT UPDATE, DELETE ON measures_receipt, measures_feedback TO chengxin_app;
GRANT DELETE ON measures_filerun TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
