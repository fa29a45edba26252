"""What the application may not do, beneath its own code: rewrite or remove whom a campaign looked at and what it found."""

from django.db import migrations

TABLES = (
    "campaigns_campaign, campaigns_member, campaigns_order, campaigns_target, campaigns_result,"
    " campaigns_typicalcase, campaigns_publication"
)
GUARD = f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM chengxin_app;"
OPEN = f"GRANT UPDATE, DELETE ON {TABLES} TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
