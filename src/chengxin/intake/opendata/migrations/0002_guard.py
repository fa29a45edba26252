"""What the application may not do, beneath its own code: rewrite what was given out, or draw a statistic's noise again."""

from django.db import migrations

GUARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON opendata_release, opendata_releasefile, opendata_openrecord,
  opendata_statisticrelease FROM chengxin_app;
GRANT UPDATE (replaced) ON opendata_openrecord TO chengxin_app;
"""
OPEN = """
GRANT UPDATE, DELETE ON opendata_release, opendata_releasefile, opendata_openrecord, opendata_statisticrelease
  TO chengxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("opendata", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
