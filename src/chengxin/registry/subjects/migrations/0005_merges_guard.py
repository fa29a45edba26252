"""What the application may not do, beneath its own code: rewrite which entries of the register were made one."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON subjects_subjectmerge FROM chengxin_app;
GRANT UPDATE (undone_at) ON subjects_subjectmerge TO chengxin_app;
"""
OPEN = "GRANT UPDATE, DELETE ON subjects_subjectmerge TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("subjects", "0004_merges")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
