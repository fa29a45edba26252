"""The application may say when a lane was closed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("delivery", "0003_closed")]
    operations = [
        migrations.RunSQL(
            "GRANT UPDATE (closed_at) ON delivery_lane TO chengxin_app;",
            "REVOKE UPDATE (closed_at) ON delivery_lane FROM chengxin_app;",
        )
    ]
