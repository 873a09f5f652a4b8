"""Of which areas the visits of a week may be told: settled once, when the week is closed."""

import gridcommons.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outlook", "0004_posted_by")]

    operations = [
        migrations.CreateModel(
            name="WeekTold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=gridcommons.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("last", models.DateField()),
                ("area_code", models.CharField(max_length=20)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("last", "area_code"), name="week_told_once")],
            },
        ),
    ]
