"""Of which obligation a notice told already; the application adds rows and neither changes nor removes them."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = "REVOKE UPDATE, DELETE, TRUNCATE ON commitments_duenotice FROM chengxin_app;"
OPEN = "GRANT UPDATE, DELETE ON commitments_duenotice TO chengxin_app;"


class Migration(migrations.Migration):

    dependencies = [
        ('commitments', '0002_guard'),
    ]

    operations = [
        migrations.CreateModel(
            name='DueNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told', models.CharField(choices=[('soon', 'soon'), ('late', 'late'), ('contradicted', 'contradicted')], max_length=12)),
                ('at', models.DateTimeField()),
                ('due', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='commitments.due')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('due', 'told'), name='commitment_due_notice_once')],
            },
        ),
        migrations.RunSQL(GUARD, OPEN),
    ]
