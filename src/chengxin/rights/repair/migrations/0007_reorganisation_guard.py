"""What an enterprise in reorganisation applied for, and what was hidden for it, is not rewritten either."""

from django.db import migrations

TABLES = "repair_reorganisation, repair_hiddenrecord, repair_reorganisationstep"
GUARD = f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM chengxin_app;"
OPEN = f"GRANT UPDATE, DELETE ON {TABLES} TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("repair", "0006_reorganisation")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
