"""Cells that had no entry in a mapping are not kept: what stood in them may name a door or a person."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0001_start")]

    operations = [
        migrations.RunSQL("UPDATE hotline_import SET counts = counts - 'unmapped'", migrations.RunSQL.noop),
    ]
