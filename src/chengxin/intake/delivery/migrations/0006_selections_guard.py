"""What the application may not do, beneath its own code: change a version of a selection that a subscription names."""

from django.db import migrations

TABLES = "delivery_selection, delivery_selectionversion"


class Migration(migrations.Migration):
    dependencies = [("delivery", "0005_selections")]
    operations = [
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM chengxin_app;",
            f"GRANT UPDATE, DELETE ON {TABLES} TO chengxin_app;",
        )
    ]
