"""What the application may not do, beneath its own code."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON audit_auditentry FROM chengxin_app;
REVOKE DELETE, TRUNCATE ON audit_audithead FROM chengxin_app;
"""
OPEN = "GRANT UPDATE, DELETE ON audit_auditentry, audit_audithead TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
