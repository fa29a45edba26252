"""No entry whose subject stated its case without an answer, or asked for a hearing that was not called and held.

A hearing counts from its hour on, and where it was recorded by someone who took no part in preparing the case.
What was called cannot be rewritten by the application.
"""

from django.db import migrations

PROCESS = """
CREATE OR REPLACE FUNCTION lists_due_process() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE served int; heard int; decided int;
BEGIN
  PERFORM FROM casework_case c JOIN lists_proposal p ON p.case_id = c.id JOIN lists_noticeservice n ON n.proposal_id = p.id
    WHERE c.id = NEW.case_id AND c.procedure = 'list-entry' AND p.id = NEW.proposal_id AND p.about = NEW.about
      AND p.list_code = NEW.list_code AND p.authority_code = NEW.authority_code
      AND c.about = 'list:' || NEW.list_code || ':' || NEW.about AND {served_on};
  IF NOT FOUND THEN
    RAISE EXCEPTION 'an entry needs its proposal and the proof that the notice was served' USING ERRCODE = 'check_violation';
  END IF;
  SELECT min(number) INTO served FROM casework_caseevent WHERE case_id = NEW.case_id AND step = 'serve';
  SELECT max(number) INTO heard FROM casework_caseevent
    WHERE case_id = NEW.case_id AND step IN ('answer', 'defence-over', 'hold-hearing') AND number > served;
  SELECT number INTO decided FROM casework_caseevent e WHERE e.case_id = NEW.case_id AND e.step = 'list'
    AND e.number > heard AND e.by_user_id = NEW.decided_by_id AND NOT EXISTS (
      SELECT FROM casework_caseevent o WHERE o.case_id = NEW.case_id AND o.by_user_id = e.by_user_id
        AND o.step IN ({preparing}));
  IF served IS NULL OR heard IS NULL OR decided IS NULL THEN
    RAISE EXCEPTION 'an entry needs notice, hearing and the decision of another' USING ERRCODE = 'check_violation';
  END IF;
{heard}
  RETURN NEW;
END $$;
"""
HEARD = """
  IF EXISTS (SELECT FROM casework_caseevent d WHERE d.case_id = NEW.case_id AND d.step = 'defend' AND NOT EXISTS (
      SELECT FROM casework_caseevent a WHERE a.case_id = d.case_id AND a.step = 'answer' AND a.number > d.number)) THEN
    RAISE EXCEPTION 'an entry needs the answer to what its subject stated' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT FROM casework_caseevent WHERE case_id = NEW.case_id AND step = 'ask-hearing') AND NOT EXISTS (
      SELECT FROM casework_caseevent h WHERE h.case_id = NEW.case_id AND h.step = 'hold-hearing'
        AND h.at >= (SELECT k.held_at FROM lists_hearingcall k WHERE k.proposal_id = NEW.proposal_id
          ORDER BY k.id DESC LIMIT 1)
        AND NOT EXISTS (SELECT FROM casework_caseevent o WHERE o.case_id = h.case_id AND o.by_user_id = h.by_user_id
          AND o.step IN ('propose', 'serve', 'answer') AND o.number < h.number)) THEN
    RAISE EXCEPTION 'an entry needs the hearing that its subject asked for, called and held' USING ERRCODE = 'check_violation';
  END IF;"""
NOW = PROCESS.format(
    served_on="NEW.notice_served_on BETWEEN coalesce(n.given_on, n.served_on) AND n.served_on",
    preparing="'propose', 'serve', 'answer', 'call-hearing', 'hold-hearing'",
    heard=HEARD,
)
BEFORE = PROCESS.format(
    served_on="n.served_on = NEW.notice_served_on",
    preparing="'propose', 'serve', 'answer', 'hold-hearing'",
    heard="",
)
GUARD = "REVOKE UPDATE, DELETE, TRUNCATE ON lists_hearingcall FROM chengxin_app;"
OPEN = "GRANT UPDATE, DELETE ON lists_hearingcall TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("lists", "0009_hearing"), ("casework", "0003_represented")]
    operations = [migrations.RunSQL(NOW, BEFORE), migrations.RunSQL(GUARD, OPEN)]
