"""No entry whose case did not go the whole way, whoever writes it: the database looks at the case's own steps."""

from django.db import migrations

GUARD = """
CREATE FUNCTION lists_due_process() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE served int; heard int; decided int;
BEGIN
  PERFORM FROM casework_case c JOIN lists_proposal p ON p.case_id = c.id JOIN lists_noticeservice n ON n.proposal_id = p.id
    WHERE c.id = NEW.case_id AND c.procedure = 'list-entry' AND p.id = NEW.proposal_id AND p.about = NEW.about
      AND p.list_code = NEW.list_code AND p.authority_code = NEW.authority_code
      AND c.about = 'list:' || NEW.list_code || ':' || NEW.about AND n.served_on = NEW.notice_served_on;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'an entry needs its proposal and the proof that the notice was served' USING ERRCODE = 'check_violation';
  END IF;
  SELECT min(number) INTO served FROM casework_caseevent WHERE case_id = NEW.case_id AND step = 'serve';
  SELECT max(number) INTO heard FROM casework_caseevent
    WHERE case_id = NEW.case_id AND step IN ('answer', 'defence-over', 'hold-hearing') AND number > served;
  SELECT number INTO decided FROM casework_caseevent e WHERE e.case_id = NEW.case_id AND e.step = 'list'
    AND e.number > heard AND e.by_user_id = NEW.decided_by_id AND NOT EXISTS (
      SELECT FROM casework_caseevent o WHERE o.case_id = NEW.case_id AND o.by_user_id = e.by_user_id
        AND o.step IN ('propose', 'serve', 'answer', 'hold-hearing'));
  IF served IS NULL OR heard IS NULL OR decided IS NULL THEN
    RAISE EXCEPTION 'an entry needs notice, hearing and the decision of another' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER due_process BEFORE INSERT ON lists_listentry FOR EACH ROW EXECUTE FUNCTION lists_due_process();
"""
OPEN = "DROP TRIGGER due_process ON lists_listentry; DROP FUNCTION lists_due_process();"


class Migration(migrations.Migration):
    dependencies = [("lists", "0002_guard"), ("casework", "0003_represented")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
