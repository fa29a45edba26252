"""Who sees, writes and removes a person's open benefits, beneath the application's own code: that person's wish alone.

Without a consent that stands there is no row to be seen or written; a row is never rewritten; what rests on a consent
that was withdrawn or has ended can only be removed.
"""

from django.db import migrations

PURPOSE = "coalesce(current_setting('chengxin.purpose', true), '')"
ABOUT = "about <> '' AND about = current_setting('chengxin.about', true)"
STANDS = """EXISTS (
    SELECT 1 FROM consent_consent c JOIN consent_request r ON r.id = c.request_id
    WHERE c.id = persons_openbenefit.consent_id AND c.about = persons_openbenefit.about
      AND r.valid_until > (now() AT TIME ZONE 'Asia/Shanghai')::date
  ) AND NOT EXISTS (SELECT 1 FROM consent_revocation v WHERE v.consent_id = persons_openbenefit.consent_id)"""
OWN = f"{PURPOSE} = 'own-wish' AND {ABOUT} AND {STANDS}"
GUARD = f"""
REVOKE UPDATE, TRUNCATE ON persons_openbenefit FROM chengxin_app;
ALTER TABLE persons_openbenefit ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_openbenefit FORCE ROW LEVEL SECURITY;
CREATE POLICY own_sees ON persons_openbenefit FOR SELECT USING ({OWN});
CREATE POLICY own_writes ON persons_openbenefit FOR INSERT WITH CHECK ({OWN});
CREATE POLICY own_removes ON persons_openbenefit FOR DELETE USING (
  {ABOUT} AND ({PURPOSE} = 'own-wish' OR ({PURPOSE} = 'consent-withdrawn' AND NOT ({STANDS}))));
"""
OPEN = """
DROP POLICY own_removes ON persons_openbenefit;
DROP POLICY own_writes ON persons_openbenefit;
DROP POLICY own_sees ON persons_openbenefit;
ALTER TABLE persons_openbenefit NO FORCE ROW LEVEL SECURITY;
ALTER TABLE persons_openbenefit DISABLE ROW LEVEL SECURITY;
GRANT UPDATE ON persons_openbenefit TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("persons", "0001_initial"), ("consent", "0004_guard")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
