"""The application may say which subscription carries a notice."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exchange", "0007_carried")]
    operations = [
        migrations.RunSQL(
            "GRANT UPDATE (carried_by) ON exchange_changenotice TO chengxin_app;",
            "REVOKE UPDATE (carried_by) ON exchange_changenotice FROM chengxin_app;",
        )
    ]
