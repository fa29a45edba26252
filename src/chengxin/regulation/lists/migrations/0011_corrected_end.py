"""An entry may end earlier than was decided, where its record was corrected; the database takes no later end."""

from django.db import migrations, models

GUARD = """
CREATE FUNCTION lists_never_longer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.until > (SELECT e.in_force_until FROM lists_listentry e WHERE e.id = NEW.entry_id) THEN
    RAISE EXCEPTION 'an entry lasts no day longer than it was decided' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER never_longer BEFORE INSERT ON lists_entryevent FOR EACH ROW
  WHEN (NEW.until IS NOT NULL) EXECUTE FUNCTION lists_never_longer();
"""
OPEN = "DROP TRIGGER never_longer ON lists_entryevent; DROP FUNCTION lists_never_longer();"


class Migration(migrations.Migration):
    dependencies = [("lists", "0010_hearing_process")]
    operations = [
        migrations.AddField("entryevent", "until", models.DateField(null=True)),
        migrations.RunSQL(GUARD, OPEN),
    ]
