"""What the application may not do, beneath its own code: rewrite or remove who could act for whom."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON accounts_mandate FROM chengxin_app;
GRANT UPDATE (valid_until) ON accounts_mandate TO chengxin_app;
"""
OPEN = "GRANT UPDATE, DELETE ON accounts_mandate TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_mandate")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
