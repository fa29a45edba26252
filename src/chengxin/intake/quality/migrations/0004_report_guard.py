"""What the application may not do, beneath its own code: rewrite or remove a report that was issued."""

from django.db import migrations

GUARD = "REVOKE UPDATE, DELETE, TRUNCATE ON quality_monthlyreport FROM chengxin_app;"
OPEN = "GRANT UPDATE, DELETE ON quality_monthlyreport TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("quality", "0003_monthly_report")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
