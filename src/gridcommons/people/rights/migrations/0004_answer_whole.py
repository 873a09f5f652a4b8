"""Answers whole: a reason that hiding names makes longer than what was typed is kept as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("rights", "0003_reworded")]

    operations = [migrations.AlterField("request", "answer", models.TextField(blank=True))]
