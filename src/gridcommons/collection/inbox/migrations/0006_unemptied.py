"""Forms that broke the program while they were emptied wait for a person; old copies of what was known are gone over once."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("inbox", "0005_shelter_mentions")]

    operations = [
        migrations.AddField("submission", "empty_by", models.DateField(null=True)),
        migrations.AddField("submission", "pressed_at", models.DateTimeField(null=True)),
        migrations.AddField("submission", "held_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "submission",
            models.Index(condition=Q(("empty_by__isnull", False)), fields=["id"], name="submission_to_empty"),
        ),
        migrations.AddIndex(
            "submission",
            models.Index(
                condition=Q(("empty_by__isnull", True), ("forgotten", False), ("state", "held")), fields=["held_at"],
                name="submission_held_since",
            ),
        ),
        migrations.CreateModel(
            "Unemptied",
            [
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="unemptied",
                        serialize=False, to="inbox.submission",
                    ),
                ),
                ("household_id", models.UUIDField(null=True)),
                ("out", models.JSONField(default=dict)),
                ("since", models.DateTimeField()),
                ("fault", models.CharField(max_length=60)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("tried_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddIndex("unemptied", models.Index(fields=["household_id"], name="unemptied_household")),
        migrations.CreateModel(
            "Comb",
            [
                ("key", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("up_to", models.UUIDField(null=True)),
                ("homes", models.PositiveIntegerField(default=0)),
                ("emptied", models.PositiveIntegerField(default=0)),
                ("begun_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RunSQL(
            "UPDATE inbox_submission SET held_at = received_at WHERE state = 'held'", migrations.RunSQL.noop
        ),
    ]
