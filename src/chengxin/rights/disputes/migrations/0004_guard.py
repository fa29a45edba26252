"""The proposals to withdraw a record are not rewritten either."""

from django.db import migrations

GUARD = "REVOKE UPDATE, DELETE, TRUNCATE ON disputes_recordwithdrawal FROM chengxin_app;"
OPEN = "GRANT UPDATE, DELETE ON disputes_recordwithdrawal TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("disputes", "0003_recordwithdrawal")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
