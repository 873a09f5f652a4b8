"""Which days of visits lie in the lake, and by what it is known that one has to be written again.

A visit carries the database's own moment of its last change; a trigger keeps it, so that whoever writes rows in
bulk cannot forget it. The same trigger notes the day that a visit was moved out of, or deleted from.
"""

import django.contrib.postgres.indexes
import django.db.models.functions.datetime
import gridcommons.kit.ids
from django.db import migrations, models

TRIGGERS = """
CREATE FUNCTION visits_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO visits_leftday (id, area_code, day) VALUES (gen_random_uuid(), OLD.area_code, OLD.day);
        RETURN OLD;
    END IF;
    NEW.changed_at := statement_timestamp();
    IF (OLD.area_code, OLD.day) IS DISTINCT FROM (NEW.area_code, NEW.day) THEN
        INSERT INTO visits_leftday (id, area_code, day) VALUES (gen_random_uuid(), OLD.area_code, OLD.day);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER visits_note_change BEFORE UPDATE OR DELETE ON visits_visit
    FOR EACH ROW EXECUTE FUNCTION visits_note_change();
"""
NO_TRIGGERS = "DROP TRIGGER visits_note_change ON visits_visit; DROP FUNCTION visits_note_change()"


def _keyed(name, *columns, **unique):
    fields = [("id", models.UUIDField(default=gridcommons.kit.ids.uuid7, editable=False, primary_key=True, serialize=False))]
    return migrations.CreateModel(name=name, fields=[*fields, *columns], options=unique)


class Migration(migrations.Migration):
    dependencies = [("visits", "0002_owner")]

    operations = [
        _keyed(
            "WrittenDay",
            ("county", models.CharField(max_length=20)),
            ("day", models.DateField()),
            ("visits", models.PositiveIntegerField()),
            ("elsewhere", models.PositiveIntegerField()),
            ("sha256", models.CharField(blank=True, max_length=64)),
            ("written_at", models.DateTimeField()),
            constraints=[models.UniqueConstraint(fields=["county", "day"], name="written_day_once")],
        ),
        _keyed("LeftDay", ("area_code", models.CharField(max_length=20)), ("day", models.DateField())),
        migrations.CreateModel(
            name="ReadMark",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            "visit", "changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())
        ),
        migrations.AddIndex(
            "visit",
            models.Index(condition=models.Q(("is_current", True)), fields=["day", "area_code"], name="visit_day_area"),
        ),
        migrations.AddIndex(
            "visit",
            django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=["changed_at"], name="visit_changed"),
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
