"""An entry by consent needs the person's own consent, not taken back, and the decision of another; nothing else changes.

What a person consented to cannot be rewritten by the application.
"""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON lists_honourconsent FROM chengxin_app;
CREATE FUNCTION lists_consent_process() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE decided int;
BEGIN
  PERFORM FROM casework_case c JOIN lists_proposal p ON p.case_id = c.id
    WHERE c.id = NEW.case_id AND c.procedure = 'list-honour' AND p.id = NEW.proposal_id AND p.about = NEW.about
      AND p.about LIKE 'person:%' AND p.list_code = NEW.list_code AND p.authority_code = NEW.authority_code
      AND c.about = 'list:' || NEW.list_code || ':' || NEW.about
      AND (SELECT h.given FROM lists_honourconsent h WHERE h.proposal_id = p.id ORDER BY h.id DESC LIMIT 1);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'an entry by consent needs the consent of the person, and that it holds' USING ERRCODE = 'check_violation';
  END IF;
  SELECT number INTO decided FROM casework_caseevent e WHERE e.case_id = NEW.case_id AND e.step = 'list'
    AND e.by_user_id = NEW.decided_by_id AND EXISTS (
      SELECT FROM casework_caseevent o WHERE o.case_id = NEW.case_id AND o.step = 'consent' AND o.number < e.number)
    AND NOT EXISTS (
      SELECT FROM casework_caseevent o WHERE o.case_id = NEW.case_id AND o.by_user_id = e.by_user_id
        AND o.step IN ('propose', 'consent'));
  IF decided IS NULL THEN
    RAISE EXCEPTION 'an entry by consent needs the decision of another' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION lists_is_by_consent(asked bigint) RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT coalesce((SELECT c.procedure = 'list-honour' FROM casework_case c WHERE c.id = asked), false) $$;
DROP TRIGGER due_process ON lists_listentry;
CREATE TRIGGER due_process BEFORE INSERT ON lists_listentry FOR EACH ROW
  WHEN (NOT lists_is_by_consent(NEW.case_id)) EXECUTE FUNCTION lists_due_process();
CREATE TRIGGER consent_process BEFORE INSERT ON lists_listentry FOR EACH ROW
  WHEN (lists_is_by_consent(NEW.case_id)) EXECUTE FUNCTION lists_consent_process();
"""
OPEN = """
DROP TRIGGER consent_process ON lists_listentry;
DROP TRIGGER due_process ON lists_listentry;
CREATE TRIGGER due_process BEFORE INSERT ON lists_listentry FOR EACH ROW EXECUTE FUNCTION lists_due_process();
DROP FUNCTION lists_is_by_consent(bigint);
DROP FUNCTION lists_consent_process();
GRANT UPDATE, DELETE ON lists_honourconsent TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("lists", "0007_consent"), ("casework", "0003_represented")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
