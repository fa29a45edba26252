"""What the application may not do, beneath its own code: rewrite or remove what came through the national site."""

from django.db import migrations

GUARD = "REVOKE UPDATE, DELETE, TRUNCATE ON repair_nationalapplication FROM chengxin_app;"
OPEN = "GRANT UPDATE, DELETE ON repair_nationalapplication TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("repair", "0003_national")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
