"""What the application may not do, beneath its own code: rewrite who registered and what was certified."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON training_course, training_registration, training_certificate FROM chengxin_app;
GRANT UPDATE (cancelled_at) ON training_course TO chengxin_app;
GRANT UPDATE (withdrawn_at) ON training_registration TO chengxin_app;
"""
OPEN = "GRANT UPDATE, DELETE ON training_course, training_registration, training_certificate TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
