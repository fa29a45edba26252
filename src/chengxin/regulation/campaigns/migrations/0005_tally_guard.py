"""The application may not rewrite how a campaign stood when it was ended."""

from django.db import migrations

GUARD = "REVOKE UPDATE, DELETE, TRUNCATE ON campaigns_tally FROM chengxin_app;"
OPEN = "GRANT UPDATE, DELETE ON campaigns_tally TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_tally")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
