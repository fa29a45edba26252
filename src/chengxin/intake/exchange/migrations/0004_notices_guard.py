"""What the application may not do, beneath its own code: rewrite who received what, or whom it was told to and when."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON exchange_receipt, exchange_webhook, exchange_changenotice FROM chengxin_app;
GRANT UPDATE (ended_at) ON exchange_webhook TO chengxin_app;
GRANT UPDATE (attempts, next_attempt_at, last_fault, dead_at, acknowledged_at, acknowledged_by, road)
  ON exchange_changenotice TO chengxin_app;
"""
OPEN = "GRANT UPDATE, DELETE ON exchange_receipt, exchange_webhook, exchange_changenotice TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_notices")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
