"""Whether many subjects want to know of reads is asked in one statement, for the purpose of telling them and no other."""

from django.db import migrations

OPEN_TO_BULK = """
CREATE POLICY telling_many_reads ON consent_noticewish FOR SELECT USING (
  current_setting('chengxin.purpose', true) = 'notice-wishes'
);
"""


class Migration(migrations.Migration):
    dependencies = [("consent", "0004_guard")]
    operations = [migrations.RunSQL(OPEN_TO_BULK, "DROP POLICY telling_many_reads ON consent_noticewish;")]
