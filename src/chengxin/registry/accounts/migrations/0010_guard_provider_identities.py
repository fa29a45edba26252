"""What the application may not do, beneath its own code: change or remove who someone is at an identity provider."""

from django.db import migrations

GUARD = "REVOKE UPDATE, DELETE, TRUNCATE ON accounts_provideridentity FROM chengxin_app;"
OPEN = "GRANT UPDATE, DELETE ON accounts_provideridentity TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_passkey_provideridentity")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
