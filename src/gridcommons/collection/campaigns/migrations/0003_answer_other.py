"""An answer to an objection may stand in the other language too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("campaigns", "0002_calling")]

    operations = [
        migrations.AddField(
            model_name="objection",
            name="answer_other",
            field=models.CharField(blank=True, max_length=600, default=""),
            preserve_default=False,
        ),
    ]
