"""What the application may not do, beneath its own code: rewrite or remove what was announced."""

from django.db import migrations

GUARD = "REVOKE UPDATE, DELETE, TRUNCATE ON exchange_change FROM chengxin_app;"
OPEN = "GRANT UPDATE, DELETE ON exchange_change TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
