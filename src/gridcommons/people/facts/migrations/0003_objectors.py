"""Who objects to a fact: whoever objected takes it back. Of objections from before it is not known whose they are."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("facts", "0002_erased")]

    operations = [
        migrations.AddField("fact", "objectors", ArrayField(models.CharField(max_length=100), default=list, size=None)),
        migrations.AddConstraint(
            "fact",
            models.CheckConstraint(
                condition=models.Q(objectors=[]) | models.Q(held_back=True), name="fact_objectors_held_back"
            ),
        ),
    ]
