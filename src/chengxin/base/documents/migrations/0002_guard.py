"""What the application may not do, beneath its own code."""

from django.db import migrations

GUARD = "REVOKE UPDATE, DELETE, TRUNCATE ON documents_issueddocument FROM chengxin_app;"
OPEN = "GRANT UPDATE, DELETE ON documents_issueddocument TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
