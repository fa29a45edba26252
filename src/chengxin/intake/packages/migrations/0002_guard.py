"""What the application may not do, beneath its own code: rewrite or remove what was told upwards."""

from django.db import migrations

GUARD = """
REVOKE DELETE, TRUNCATE ON packages_reportmark FROM chengxin_app;
REVOKE UPDATE, DELETE, TRUNCATE ON packages_upwardrow FROM chengxin_app;
GRANT UPDATE (package_id, outcome, reason, case_id) ON packages_upwardrow TO chengxin_app;
"""
OPEN = """
GRANT DELETE ON packages_reportmark TO chengxin_app;
GRANT UPDATE, DELETE ON packages_upwardrow TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("packages", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
