"""An offer that has ended opens nothing and shows nothing, beneath the application's own code; its end is never rewritten."""

from importlib import import_module

from django.db import migrations

OWN = import_module("chengxin.evaluation.persons.migrations.0002_guard").OWN
APPROVED = import_module("chengxin.evaluation.persons.migrations.0004_guard").APPROVED
TABLES = "persons_offerendproposal, persons_offerend"
TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
ON_OFFER = f"""{APPROVED.removesuffix(")")}
      AND coalesce(a.effective_until > {TODAY}, true)
      AND NOT EXISTS (SELECT 1 FROM persons_offerend e WHERE e.approval_id = a.id AND e.ends_on <= {TODAY})
  )"""
GUARD = f"""
REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM chengxin_app;
DROP POLICY own_sees ON persons_openbenefit;
DROP POLICY own_writes ON persons_openbenefit;
CREATE POLICY own_sees ON persons_openbenefit FOR SELECT USING ({OWN} AND {ON_OFFER});
CREATE POLICY own_writes ON persons_openbenefit FOR INSERT WITH CHECK ({OWN} AND {ON_OFFER});
"""
OPEN = f"""
DROP POLICY own_writes ON persons_openbenefit;
DROP POLICY own_sees ON persons_openbenefit;
CREATE POLICY own_sees ON persons_openbenefit FOR SELECT USING ({OWN});
CREATE POLICY own_writes ON persons_openbenefit FOR INSERT WITH CHECK ({OWN} AND {APPROVED});
GRANT UPDATE, DELETE ON {TABLES} TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("persons", "0005_offer_end")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
