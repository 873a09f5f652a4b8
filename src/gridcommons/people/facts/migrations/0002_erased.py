"""What a form says is kept once, in the order in which it was said; what was erased is noted without its value.

Reading forms once more wrote what they said once more: of equal words of one day the one in force stays.
"""

import gridcommons.kit.ids
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

ONCE = """
DELETE FROM facts_fact AS double USING facts_fact AS kept
WHERE double.source = 'form' AND kept.source = 'form' AND double.subject_id = kept.subject_id
  AND double.key = kept.key AND double.value <> '' AND double.value = kept.value AND double.as_of = kept.as_of
  AND double.given_by = kept.given_by AND double.superseded_at IS NOT NULL AND kept.id > double.id
"""

# Of whoever had all erased, facts stayed behind the wall, where nobody saw or forgot them any more.
LEFT_BEHIND = """
DO $$ BEGIN
    IF to_regclass('homes_person') IS NOT NULL THEN
        DELETE FROM facts_fact WHERE NOT CASE subject_kind
            WHEN 'person' THEN EXISTS (SELECT FROM homes_person AS one WHERE one.id = subject_id)
            WHEN 'household' THEN EXISTS (SELECT FROM homes_household AS one WHERE one.id = subject_id)
            ELSE EXISTS (SELECT FROM homes_dwelling AS one WHERE one.id = subject_id) END;
    END IF;
END $$
"""
NOTE = """
CREATE FUNCTION facts_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_at := statement_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER facts_note_change BEFORE UPDATE ON facts_fact FOR EACH ROW EXECUTE FUNCTION facts_note_change();
"""
NO_NOTE = "DROP TRIGGER facts_note_change ON facts_fact; DROP FUNCTION facts_note_change()"


class Migration(migrations.Migration):
    dependencies = [("facts", "0001_initial")]

    operations = [
        migrations.AddField("fact", "said_in", models.UUIDField(null=True)),
        migrations.AddField("fact", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AddField("fact", "said_at", models.DateTimeField(null=True)),
        migrations.AddField("fact", "changed_at", models.DateTimeField(db_default=Now())),
        migrations.RunSQL(LEFT_BEHIND, migrations.RunSQL.noop),
        migrations.RunSQL(ONCE, migrations.RunSQL.noop),
        migrations.RunSQL("UPDATE facts_fact SET said_at = made_at", migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField("fact", "said_at", models.DateTimeField()),
        migrations.AddConstraint(
            "fact",
            models.UniqueConstraint(
                fields=["said_in", "key", "subject_id"], name="fact_said_once",
                condition=Q(said_in__isnull=False, withdrawn_at__isnull=True),
            ),
        ),
        migrations.AddConstraint(
            "fact",
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(superseded_at__isnull=False), name="fact_withdrawn_is_over"
            ),
        ),
        migrations.CreateModel(
            name="Erased",
            fields=[
                ("id", models.UUIDField(default=gridcommons.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("subject_kind", models.CharField(choices=[("dwelling", "dwelling"), ("household", "household"), ("person", "person")], max_length=10)),
                ("subject_id", models.UUIDField()),
                ("key", models.CharField(max_length=60)),
                ("said_in", models.UUIDField(null=True)),
                ("erased_at", models.DateTimeField()),
                ("day", models.DateField()),
                ("forget_on", models.DateField(db_index=True)),
                ("changed_at", models.DateTimeField(db_default=Now())),
            ],
            options={"indexes": [models.Index(fields=["subject_id", "key"], name="erased_subject")]},
        ),
        migrations.RunSQL(NOTE, NO_NOTE),
    ]
