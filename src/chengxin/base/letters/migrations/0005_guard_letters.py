"""Who sees a letter, beneath the application's own code: who names it, its case or its addressee, with a purpose."""

from django.db import migrations

# The setting is read once in a statement and not once a row, which the sub-select is for.
TOLD = "(SELECT string_to_array(current_setting('chengxin.about', true), ','))::text[]"
PURPOSE = "current_setting('chengxin.purpose', true)"
ADDRESSEE = (
    "CASE WHEN represented <> '' THEN 'represented:' || represented"
    " WHEN user_id IS NOT NULL THEN 'user:' || user_id ELSE 'organisation:' || organisation_id END"
)
NAMED = f"('letter:' || id = ANY ({TOLD}) OR 'case:' || case_id = ANY ({TOLD}) OR {ADDRESSEE} = ANY ({TOLD}))"
GUARD = f"""
ALTER TABLE letters_letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE letters_letter FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone_writes ON letters_letter FOR INSERT WITH CHECK (true);
CREATE POLICY named_or_overseen ON letters_letter FOR SELECT USING (
  ({PURPOSE} = 'letters' AND {NAMED}) OR {PURPOSE} = 'letter-deliveries'
);
"""
OPEN = """
DROP POLICY named_or_overseen ON letters_letter;
DROP POLICY everyone_writes ON letters_letter;
ALTER TABLE letters_letter NO FORCE ROW LEVEL SECURITY;
ALTER TABLE letters_letter DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("letters", "0004_message_index")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
