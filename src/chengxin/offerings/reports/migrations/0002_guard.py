"""What the application may not do, beneath its own code: rewrite a person's words, or see those of another."""

from django.db import migrations

TABLES = ("reports_ownnote", "reports_reportcheck")
GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM chengxin_app;
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone_writes ON {table} FOR INSERT WITH CHECK (true);
CREATE POLICY concerned_read ON {table} FOR SELECT USING (
  coalesce(current_setting('chengxin.purpose', true), '') <> ''
  AND about <> '' AND about = current_setting('chengxin.about', true)
);
"""
OPEN = """
DROP POLICY concerned_read ON {table};
DROP POLICY everyone_writes ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
GRANT UPDATE, DELETE ON {table} TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_person")]
    operations = [migrations.RunSQL(GUARD.format(table=table), OPEN.format(table=table)) for table in TABLES]
