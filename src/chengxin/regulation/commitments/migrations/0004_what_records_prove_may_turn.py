"""What records prove of an obligation may turn more than once, as records come late or are withdrawn."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("commitments", "0003_what_a_letter_is_given_for")]
    operations = [migrations.RemoveConstraint(model_name="check", name="commitment_data_check_once")]
