"""A benefit opens only under an offer that a second official approved, beneath the application's own code.

The case of the offer, its steps and the digest of what was approved are asked for with every row that is written. How
offers came into effect is never rewritten.
"""

from importlib import import_module

from django.db import migrations

OWN = import_module("chengxin.evaluation.persons.migrations.0002_guard").OWN
TABLES = "persons_offerproposal, persons_offerapproval"
APPROVED = """EXISTS (
    SELECT 1 FROM persons_offerapproval a
    JOIN persons_offerproposal p ON p.id = a.proposal_id
    JOIN casework_case c ON c.id = p.case_id AND c.procedure = 'person-offer' AND c.state = 'approved'
    JOIN casework_caseevent x ON x.case_id = c.id AND x.step = 'propose'
    JOIN casework_caseevent y ON y.case_id = c.id AND y.step = 'approve'
      AND coalesce(y.by_user_id::text, y.by_name) <> coalesce(x.by_user_id::text, x.by_name)
    WHERE p.code || '-' || p.version = persons_openbenefit.offer AND p.digest = persons_openbenefit.digest
      AND a.effective_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
  )"""
GUARD = f"""
REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM chengxin_app;
DROP POLICY own_writes ON persons_openbenefit;
CREATE POLICY own_writes ON persons_openbenefit FOR INSERT WITH CHECK ({OWN} AND {APPROVED});
"""
OPEN = f"""
DROP POLICY own_writes ON persons_openbenefit;
CREATE POLICY own_writes ON persons_openbenefit FOR INSERT WITH CHECK ({OWN});
GRANT UPDATE, DELETE ON {TABLES} TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("persons", "0003_offer_approval"), ("casework", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
