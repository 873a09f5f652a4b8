"""Words whole: what hiding a name makes longer than what was typed is kept as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("signals", "0001_first"),
    ]

    operations = [
        migrations.AlterField("signal", "place", models.TextField(blank=True)),
        migrations.AlterField("signal", "text", models.TextField(blank=True)),
        migrations.AlterField("signal", "note", models.TextField(blank=True)),
    ]
