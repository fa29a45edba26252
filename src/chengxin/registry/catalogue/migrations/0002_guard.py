"""What the application may not do, beneath its own code: rewrite a published version, or what was proposed."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON catalogue_itemversion, catalogue_proposal FROM chengxin_app;
GRANT UPDATE (state, decided_by, decided_at, decision) ON catalogue_proposal TO chengxin_app;
"""
OPEN = "GRANT UPDATE, DELETE ON catalogue_itemversion, catalogue_proposal TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
