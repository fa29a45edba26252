"""What the application may not do, beneath its own code: rewrite or remove figures, declarations and work orders."""

from django.db import migrations

TABLES = (
    "quality_computation, quality_figure, quality_declaration, quality_codeorder, quality_orderline,"
    " quality_proposedcode, quality_codedecision, quality_mended"
)
GUARD = f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM chengxin_app;"
OPEN = f"GRANT UPDATE, DELETE ON {TABLES} TO chengxin_app;"


class Migration(migrations.Migration):
    dependencies = [("quality", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
