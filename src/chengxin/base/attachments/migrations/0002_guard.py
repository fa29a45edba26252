"""What the application may not do, beneath its own code: rewrite or remove what was attached and what the scanner said."""

from django.db import migrations

GUARD = "REVOKE UPDATE, DELETE, TRUNCATE ON attachments_attachment, attachments_scan FROM chengxin_app;"
OPEN = "GRANT UPDATE, DELETE ON attachments_attachment, attachments_scan TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("attachments", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
