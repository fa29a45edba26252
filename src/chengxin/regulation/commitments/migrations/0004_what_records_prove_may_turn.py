"""What records prove of an obligation may turn more than once, as records come late or are withdrawn."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commitments", "0003_what_a_letter_is_given_for")]
    operations = [
        migrations.RemoveConstraint(model_name="check", name="commitment_data_check_once"),
        migrations.AddIndex(
            model_name="check",
            index=models.Index(
                condition=models.Q(("by_data", True)), fields=["due", "result"], name="commitment_data_check"
            ),
        ),
    ]
