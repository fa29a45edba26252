"""Who sees a notice, beneath the application's own code: those to whom it was sent, its writer, and its proof."""

from django.db import migrations

# The setting is read once in a statement and not once a row, which the sub-select is for.
TOLD = "(SELECT string_to_array(current_setting('chengxin.about', true), ','))::text[]"
ADDRESSEE = (
    "CASE WHEN represented <> '' THEN 'represented:' || represented"
    " WHEN user_id IS NOT NULL THEN 'user:' || user_id ELSE 'organisation:' || organisation_id END"
)
OWN = f"current_setting('chengxin.purpose', true) = 'own-notices' AND {ADDRESSEE} = ANY ({TOLD})"
SENDING = f"current_setting('chengxin.purpose', true) = 'notice-sending' AND {ADDRESSEE} = ANY ({TOLD})"
PROVING = f"current_setting('chengxin.purpose', true) = 'notice-proof' AND 'notice:' || id = ANY ({TOLD})"
GUARD = f"""
ALTER TABLE casework_notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework_notice FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone_writes ON casework_notice FOR INSERT WITH CHECK (true);
CREATE POLICY addressee_writer_or_proof_reads ON casework_notice FOR SELECT USING (
  ({OWN}) OR ({SENDING}) OR ({PROVING})
);
CREATE POLICY addressee_marks_read ON casework_notice FOR UPDATE USING ({OWN}) WITH CHECK ({OWN});
"""
OPEN = """
DROP POLICY addressee_marks_read ON casework_notice;
DROP POLICY addressee_writer_or_proof_reads ON casework_notice;
DROP POLICY everyone_writes ON casework_notice;
ALTER TABLE casework_notice NO FORCE ROW LEVEL SECURITY;
ALTER TABLE casework_notice DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0007_sealed_titles")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
