"""What the application may not do, beneath its own code: rewrite what was written and sent, or read others' addresses."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON letters_letter, letters_letterdocument, letters_letterdownload,
  letters_deliveryevent FROM chengxin_app;
REVOKE UPDATE, DELETE, TRUNCATE ON letters_delivery, letters_contact, letters_contactcode, letters_counter
  FROM chengxin_app;
GRANT UPDATE (state, state_since, attempts, asked, next_at, message_id, sent_to) ON letters_delivery TO chengxin_app;
GRANT UPDATE (address, is_on, confirmed_at, proof, ended_at) ON letters_contact TO chengxin_app;
GRANT UPDATE (code_hash, expires_at, wrong, used_at) ON letters_contactcode TO chengxin_app;
GRANT UPDATE (last) ON letters_counter TO chengxin_app;
ALTER TABLE letters_contact ENABLE ROW LEVEL SECURITY;
ALTER TABLE letters_contact FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_or_delivery ON letters_contact USING (
  current_setting('chengxin.purpose', true) = 'delivery'
  OR current_setting('chengxin.purpose', true) = 'own-contact'
  AND current_setting('chengxin.about', true) = 'user:' || user_id
);
"""
OPEN = """
DROP POLICY owner_or_delivery ON letters_contact;
ALTER TABLE letters_contact NO FORCE ROW LEVEL SECURITY;
ALTER TABLE letters_contact DISABLE ROW LEVEL SECURITY;
GRANT UPDATE, DELETE ON letters_letter, letters_letterdocument, letters_letterdownload, letters_deliveryevent,
  letters_delivery, letters_contact, letters_contactcode, letters_counter TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
