"""A decision to take a case down is not rewritten; published cases are closed, those taken down before keep their day."""

from django.db import migrations

GUARD = "REVOKE UPDATE, DELETE, TRUNCATE ON campaigns_takendown FROM chengxin_app;"
OPEN = "GRANT UPDATE, DELETE ON campaigns_takendown TO chengxin_app;"
KEPT = """
INSERT INTO campaigns_takendown (typical_case_id, case_id, at)
SELECT t.id, NULL, c.state_since FROM campaigns_typicalcase t JOIN casework_case c ON c.id = t.case_id
WHERE c.procedure = 'typical-case' AND c.state = 'taken-down';
UPDATE casework_case SET state = 'published', closed_at = state_since
WHERE procedure = 'typical-case' AND state IN ('published', 'taken-down');
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0008_taken_down"), ("casework", "0009_title_in_english")]
    operations = [
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, OPEN),
    ]
