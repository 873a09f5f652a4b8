"""A visit whose home was put into its right grid lies there, and stays counted where it was.

The trigger that notes which days have to be counted anew reckons with the grid under which a visit counts: a visit that
goes along with its home changes no day.
"""

from django.db import migrations, models

_COUNTED = "coalesce(nullif({row}.counted_in, ''), {row}.area_code)"
_BEFORE = """
CREATE OR REPLACE FUNCTION visits_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""
_AFTER = f"""
CREATE OR REPLACE FUNCTION visits_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was text := {_COUNTED.format(row="OLD")};
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO visits_leftday (id, area_code, day) VALUES (gen_random_uuid(), was, OLD.day);
        RETURN OLD;
    END IF;
    IF was = {_COUNTED.format(row="NEW")} THEN
        IF OLD.area_code <> NEW.area_code
           AND to_jsonb(OLD) - 'area_code' - 'counted_in' = to_jsonb(NEW) - 'area_code' - 'counted_in' THEN
            RETURN NEW;
        END IF;
    END IF;
    NEW.changed_at := statement_timestamp();
    IF (was, OLD.day) IS DISTINCT FROM ({_COUNTED.format(row="NEW")}, NEW.day) THEN
        INSERT INTO visits_leftday (id, area_code, day) VALUES (gen_random_uuid(), was, OLD.day);
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0004_rounds")]

    operations = [
        migrations.AddField("visit", "counted_in", models.CharField(blank=True, db_default="", max_length=20)),
        migrations.AddIndex(
            "visit",
            models.Index(
                condition=models.Q(("counted_in", ""), _negated=True), fields=["counted_in", "day"],
                name="visit_counted_in",
            ),
        ),
        migrations.RunSQL(_AFTER, _BEFORE),
    ]
