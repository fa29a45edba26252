"""Whether a consent was withdrawn by its subject, or by the platform because what it was given for ended."""

from django.db import migrations, models

# Both acts stand in the audit chain, each under a name of its own; who is called what decides nothing. Row-level
# security holds the owner too, and lets nobody update, so it is put aside for this statement.
RECOGNISE = """
ALTER TABLE consent_revocation NO FORCE ROW LEVEL SECURITY;
UPDATE consent_revocation v SET by_platform = true FROM audit_auditentry a
WHERE a.action = 'consent.own_wish_ended' AND a.object = 'consent ' || v.consent_id;
ALTER TABLE consent_revocation FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("consent", "0005_wishes_of_many"), ("audit", "0002_guard")]
    operations = [
        migrations.AddField(model_name="revocation", name="by_platform", field=models.BooleanField(default=False)),
        migrations.RunSQL(RECOGNISE, migrations.RunSQL.noop),
    ]
