"""What the application may not do, beneath its own code: rewrite or remove to whom a deadline went."""

from django.db import migrations

GUARD = "REVOKE UPDATE, DELETE, TRUNCATE ON casework_casealert FROM chengxin_app;"
OPEN = "GRANT UPDATE, DELETE ON casework_casealert TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_casealert")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
