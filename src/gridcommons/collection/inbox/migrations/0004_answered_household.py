"""The household that answers choose beside them: papers about a home are found wherever their sender serves."""

from django.db import migrations, models
from django.db.models import F, Func

CHOSEN = "replace(lower(jsonb_path_query_first(%(expressions)s, '$.**.household') #>> '{}'), '-', '')"


class Migration(migrations.Migration):
    dependencies = [("inbox", "0003_erased")]

    operations = [
        migrations.AddField(
            "answered",
            "household",
            models.GeneratedField(
                expression=Func(F("values"), template=CHOSEN, output_field=models.TextField()),
                output_field=models.TextField(null=True),
                db_persist=True,
            ),
        ),
        migrations.AddIndex("answered", models.Index(fields=["household"], name="answered_household")),
    ]
