"""What nobody may do, the owner of the tables included: change or remove which key signed which heads."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON transparency_logsigner FROM chengxin_app;
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON transparency_logsigner
  FOR EACH STATEMENT EXECUTE FUNCTION transparency_refuse();
"""
OPEN = """
DROP TRIGGER only_grows ON transparency_logsigner;
GRANT UPDATE, DELETE ON transparency_logsigner TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("transparency", "0006_signers")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
