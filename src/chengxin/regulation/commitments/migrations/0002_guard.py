"""What the application may not do, beneath its own code: rewrite what was signed, checked or decided, or read a person's
letter without a purpose that names them. It may move on where a commitment stands and whether it is shown."""

from django.db import migrations

TABLES = """commitments_commitment, commitments_letter, commitments_showingconsent, commitments_due, commitments_check,
  commitments_finding, commitments_decision, commitments_followup, commitments_associationletter,
  commitments_membership"""
GUARD = f"""
REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM chengxin_app;
GRANT UPDATE (state, state_since, is_shown, shown_name) ON commitments_commitment TO chengxin_app;
GRANT UPDATE (effective_from, effective_until) ON commitments_associationletter TO chengxin_app;
GRANT UPDATE (accepted_at, ended_at) ON commitments_membership TO chengxin_app;
ALTER TABLE commitments_letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE commitments_letter FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone_writes ON commitments_letter FOR INSERT WITH CHECK (true);
CREATE POLICY public_or_own ON commitments_letter FOR SELECT USING (
  NOT is_person
  OR coalesce(current_setting('chengxin.purpose', true), '') <> ''
  AND about = current_setting('chengxin.about', true)
);
"""
OPEN = f"""
DROP POLICY public_or_own ON commitments_letter;
DROP POLICY everyone_writes ON commitments_letter;
ALTER TABLE commitments_letter NO FORCE ROW LEVEL SECURITY;
ALTER TABLE commitments_letter DISABLE ROW LEVEL SECURITY;
GRANT UPDATE, DELETE ON {TABLES} TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("commitments", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
