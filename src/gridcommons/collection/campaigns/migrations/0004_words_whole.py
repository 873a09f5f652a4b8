"""Words whole: what hiding a number makes longer than what was typed is kept as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0003_answer_other"),
    ]

    operations = [
        migrations.AlterField("objection", "text", models.TextField()),
    ]
