"""What the application may not do, beneath its own code: rewrite or remove what was applied for and signed."""

from django.db import migrations

GUARD = "REVOKE UPDATE, DELETE, TRUNCATE ON repair_application, repair_withdrawal, repair_bar FROM chengxin_app;"
OPEN = "GRANT UPDATE, DELETE ON repair_application, repair_withdrawal, repair_bar TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("repair", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
