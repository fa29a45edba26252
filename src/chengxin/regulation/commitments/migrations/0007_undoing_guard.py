"""What undid a finding, and what was asked about it, is not rewritten; that a commitment runs again, and has no
record any more, may be noted."""

from django.db import migrations

TABLES = "commitments_undoing, commitments_review"
GUARD = f"""
REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM chengxin_app;
GRANT UPDATE (is_reopened, natural_key) ON commitments_commitment TO chengxin_app;
"""
OPEN = f"""
REVOKE UPDATE (is_reopened, natural_key) ON commitments_commitment FROM chengxin_app;
GRANT UPDATE, DELETE ON {TABLES} TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("commitments", "0006_undoing")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
