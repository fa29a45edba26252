"""What the application may not do, beneath its own code: rewrite or remove who was invited to act for whom."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON accounts_invitation FROM chengxin_app;
GRANT UPDATE (taken_by_id, taken_at, withdrawn_at) ON accounts_invitation TO chengxin_app;
"""
OPEN = "GRANT UPDATE, DELETE ON accounts_invitation TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_invitation")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
