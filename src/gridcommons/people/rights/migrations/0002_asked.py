"""Requests say when they went to the supervision office, and may be met in part; who had everything erased."""

import django.contrib.postgres.fields
from django.db import migrations, models

import gridcommons.kit.ids


class Migration(migrations.Migration):

    dependencies = [("rights", "0001_initial")]

    operations = [
        migrations.AddField("request", "raised_at", models.DateTimeField(null=True)),
        migrations.AlterField(
            "request", "state",
            models.CharField(
                choices=[("open", "open"), ("done", "done"), ("partly", "partly"), ("refused", "refused")],
                default="open", max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="FormerPerson",
            fields=[
                ("id", models.UUIDField(
                    default=gridcommons.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                )),
                ("person_id", models.UUIDField()),
                ("parties", django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=100), default=list, size=None
                )),
                ("homes", models.JSONField(default=list)),
                ("erased_at", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            "request",
            models.Index(condition=models.Q(("state", "open")), fields=["due_date", "id"], name="request_open_due"),
        ),
        migrations.AddIndex(
            "request",
            models.Index(condition=models.Q(("state", "open")), fields=["thing"], name="request_open_thing"),
        ),
    ]
