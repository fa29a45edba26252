"""What the application may not do, beneath its own code: rewrite what was asked, decided, delivered or receipted."""

from django.db import migrations

TABLES = (
    "delivery_subscription, delivery_subscribedsubject, delivery_decision, delivery_ending, delivery_lane,"
    " delivery_dispatch, delivery_deliveryentry"
)
GUARD = f"""
REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM chengxin_app;
GRANT UPDATE (is_open, copied_to, last_sequence, failures, next_attempt_at, stopped_at, last_fault, last_success_at,
  entries, head, outstanding) ON delivery_lane TO chengxin_app;
GRANT UPDATE (attempts, refusals, is_alone, retry_at, replays, outcome, cause, settled_at)
  ON delivery_dispatch TO chengxin_app;
"""
OPEN = f"GRANT UPDATE, DELETE ON {TABLES} TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
