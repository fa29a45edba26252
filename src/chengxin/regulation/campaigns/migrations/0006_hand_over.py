"""The lead may give a target to another member; whom it is about and what was found stays as it was."""

from django.db import migrations

GRANT = "GRANT UPDATE (order_id) ON campaigns_target TO chengxin_app;"
GUARD = "REVOKE UPDATE (order_id) ON campaigns_target FROM chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0005_tally_guard")]
    operations = [migrations.RunSQL(GRANT, GUARD)]
