"""By whose page a household declined: whoever declined takes it back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0005_counted_in")]

    operations = [
        migrations.AddField("visitwish", "said_by", models.CharField(blank=True, default="", max_length=100)),
    ]
