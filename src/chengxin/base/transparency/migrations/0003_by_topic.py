"""An index for the lines of one topic, so that a page may say what the log says of it without reading it all."""

from django.db import migrations

MAKE = "CREATE INDEX log_leaf_topic ON transparency_logleaf ((content::jsonb ->> 'topic'));"


class Migration(migrations.Migration):
    dependencies = [("transparency", "0002_guard")]
    operations = [migrations.RunSQL(MAKE, "DROP INDEX log_leaf_topic;")]
