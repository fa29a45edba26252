"""What nobody may do, the owner of the tables included: change or remove what the lines of many are bound to."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON transparency_logpart FROM chengxin_app;
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON transparency_logpart
  FOR EACH STATEMENT EXECUTE FUNCTION transparency_refuse();
"""
OPEN = """
DROP TRIGGER only_grows ON transparency_logpart;
GRANT UPDATE, DELETE ON transparency_logpart TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("transparency", "0004_parts")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
