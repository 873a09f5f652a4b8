"""Requests say when other words took the place of those that were asked first."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("rights", "0002_asked")]

    operations = [migrations.AddField("request", "reworded_at", models.DateTimeField(null=True))]
