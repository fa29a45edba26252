"""What the application may not do, beneath its own code: rewrite or remove what was proposed, decided and ended."""

from django.db import migrations

TABLES = "lists_proposal, lists_noticeservice, lists_listentry, lists_entryevent, lists_removal"
GUARD = f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM chengxin_app;"
OPEN = f"GRANT UPDATE, DELETE ON {TABLES} TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("lists", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
