"""What the application may not do, beneath its own code: rewrite or remove what came from another platform or went to it."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON exchange_exchangepackage FROM chengxin_app;
GRANT UPDATE (state, results, settled_at, attempts, next_attempt_at, last_fault) ON exchange_exchangepackage
  TO chengxin_app;
"""
OPEN = "GRANT UPDATE, DELETE ON exchange_exchangepackage TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_packages")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
