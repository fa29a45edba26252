"""What the application may not do, beneath its own code."""

from django.db import migrations

GUARD = """
ALTER TABLE subjects_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE subjects_person FORCE ROW LEVEL SECURITY;
CREATE POLICY purpose_stated ON subjects_person
  USING (coalesce(current_setting('chengxin.purpose', true), '') <> '') WITH CHECK (true);
REVOKE DELETE, TRUNCATE ON subjects_subject, subjects_subjectname, subjects_identifier, subjects_person FROM chengxin_app;
"""
OPEN = """
DROP POLICY purpose_stated ON subjects_person;
ALTER TABLE subjects_person NO FORCE ROW LEVEL SECURITY;
ALTER TABLE subjects_person DISABLE ROW LEVEL SECURITY;
GRANT DELETE ON subjects_subject, subjects_subjectname, subjects_identifier, subjects_person TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("subjects", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
