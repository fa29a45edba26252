"""Who sees requests, answers and forms, beneath the application's own code; and that no check of a form is rewritten."""

from django.db import migrations

STATED = "coalesce(current_setting('chengxin.purpose', true), '') <> ''"
OVERSEEN = "current_setting('chengxin.purpose', true) IN ('window-consent', 'audit')"
ABOUT = "about <> '' AND about = current_setting('chengxin.about', true)"
ASKER = "organisation_id::text = current_setting('chengxin.organisation', true)"
EITHER = f"({ABOUT}) OR ({ASKER})"

# Table -> who sees its rows. A sub-select is under the policy of the table that it reads: a check is seen by those who
# see its form. The asker never sees a scan.
SEEN = {
    "consent_request": EITHER,
    "consent_consent": EITHER,
    "consent_refusal": EITHER,
    "consent_revocation": EITHER,
    "consent_windowform": "EXISTS (SELECT 1 FROM consent_request r WHERE r.id = request_id"
    " AND r.about = current_setting('chengxin.about', true))",
    "consent_windowcheck": "EXISTS (SELECT 1 FROM consent_windowform f WHERE f.id = form_id)",
    "consent_noticewish": ABOUT,
}


def _guard(table: str, seen: str) -> str:
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone_writes ON {table} FOR INSERT WITH CHECK (true);
CREATE POLICY concerned_read ON {table} FOR SELECT USING ({STATED} AND ({OVERSEEN} OR {seen}));
"""


def _open(table: str) -> str:
    return f"""
DROP POLICY concerned_read ON {table};
DROP POLICY everyone_writes ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("consent", "0003_window_and_matter")]
    operations = [
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE, TRUNCATE ON consent_windowcheck FROM chengxin_app;",
            "GRANT UPDATE, DELETE ON consent_windowcheck TO chengxin_app;",
        ),
        *(migrations.RunSQL(_guard(table, seen), _open(table)) for table, seen in SEEN.items()),
    ]
