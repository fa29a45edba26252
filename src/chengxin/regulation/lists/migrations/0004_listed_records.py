"""An index for the records by which entries arrive, so that a list's page need not go through all records.

It only makes reads faster: items that a profile adds are found without it. Partial, so that other hand-ins pay nothing.
"""

from django.db import migrations

MAKE = """
CREATE INDEX record_listed ON records_record (item, subject_id)
  WHERE known_until IS NULL AND item IN ('serious-breach', 'judgment-defaulter', 'tax-grade', 'honour');
"""


class Migration(migrations.Migration):
    dependencies = [("lists", "0003_due_process"), ("records", "0001_initial")]
    operations = [migrations.RunSQL(MAKE, "DROP INDEX record_listed;")]
