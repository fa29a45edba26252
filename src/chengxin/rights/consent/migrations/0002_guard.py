"""What the application may not do, beneath its own code: rewrite what was signed, or see who looked at someone else."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON consent_request, consent_consent, consent_refusal, consent_revocation,
  consent_windowform, consent_noticewish, consent_accessentry FROM chengxin_app;
ALTER TABLE consent_accessentry ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_accessentry FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone_writes ON consent_accessentry FOR INSERT WITH CHECK (true);
CREATE POLICY subject_or_auditor_reads ON consent_accessentry FOR SELECT USING (
  current_setting('chengxin.purpose', true) = 'audit'
  OR coalesce(current_setting('chengxin.purpose', true), '') <> ''
  AND about = current_setting('chengxin.about', true)
  AND (sealed_until IS NULL OR sealed_until <= now())
);
"""
OPEN = """
DROP POLICY subject_or_auditor_reads ON consent_accessentry;
DROP POLICY everyone_writes ON consent_accessentry;
ALTER TABLE consent_accessentry NO FORCE ROW LEVEL SECURITY;
ALTER TABLE consent_accessentry DISABLE ROW LEVEL SECURITY;
GRANT UPDATE, DELETE ON consent_request, consent_consent, consent_refusal, consent_revocation,
  consent_windowform, consent_noticewish, consent_accessentry TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
