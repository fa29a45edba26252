"""What the application may not do, beneath its own code: rewrite or remove what was disputed and answered."""

from django.db import migrations

GUARD = "REVOKE UPDATE, DELETE, TRUNCATE ON disputes_dispute, disputes_answer FROM chengxin_app;"
OPEN = "GRANT UPDATE, DELETE ON disputes_dispute, disputes_answer TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("disputes", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
