"""What the application may not do, beneath its own code: rewrite or remove who planned, drew, committed or found what."""

from django.db import migrations

TABLES = ", ".join(
    f"inspections_{name}"
    for name in (
        "inspector", "inspectorterms", "recusal", "plan", "draw", "drawobject", "round", "commitment", "reveal",
        "roundend", "visit", "assignment", "change", "visitfile", "outcome",
    )
)  # fmt: skip
GUARD = f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM chengxin_app;"
OPEN = f"GRANT UPDATE, DELETE ON {TABLES} TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
