"""What nobody may do, the owner of the tables included: change or remove what the public log says.

A superuser can put the trigger aside; the signed heads that others keep then no longer fit, and every check says so.
"""

from django.db import migrations

TABLES = ("transparency_logleaf", "transparency_logopening", "transparency_loghead")
GUARD = f"""
REVOKE UPDATE, DELETE, TRUNCATE ON {", ".join(TABLES)} FROM chengxin_app;
CREATE FUNCTION transparency_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the public log only grows' USING ERRCODE = 'insufficient_privilege';
END $$;
""" + "".join(
    f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION transparency_refuse();\n"
    for table in TABLES
)
OPEN = (
    "".join(f"DROP TRIGGER only_grows ON {table};\n" for table in TABLES)
    + "DROP FUNCTION transparency_refuse();\n"
    + f"GRANT UPDATE, DELETE ON {', '.join(TABLES)} TO chengxin_app;"
)


class Migration(migrations.Migration):
    dependencies = [("transparency", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
