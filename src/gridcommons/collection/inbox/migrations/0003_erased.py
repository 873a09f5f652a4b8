"""That answers of a form were emptied by right; facts that were told before know the form in which they stand.

A fact was written in the very moment in which its form was understood, of the household that the form chose or its
dwelling: by these it is found. What is held was not understood, and no longer bears a moment of it.
"""

from django.db import migrations, models
from django.db.models import Q

STAND_IN = """
UPDATE facts_fact AS fact SET said_in = found.submission, said_at = found.received_at
FROM (
    SELECT DISTINCT ON (sent.id, told.key, told.subject_id) told.id, sent.id AS submission, sent.received_at
    FROM inbox_submission AS sent JOIN inbox_answered AS answered ON answered.submission_id = sent.id
    JOIN homes_household AS home
        ON home.id::text = jsonb_path_query_first(answered."values", '$.**.household') #>> '{}'
    JOIN facts_fact AS told ON told.made_at = sent.settled_at AND told.source = 'form' AND told.said_in IS NULL
        AND told.subject_id IN (home.id, home.dwelling_id)
    ORDER BY sent.id, told.key, told.subject_id, told.as_of DESC, told.id DESC
) AS found WHERE fact.id = found.id
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0002_review"), ("facts", "0002_erased"), ("homes", "0001_initial")]

    operations = [
        migrations.AddField("submission", "erased_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "submission",
            models.Index(
                condition=Q(("forgotten", False), ("state__in", ("held", "aside"))), fields=["id"],
                name="submission_not_read",
            ),
        ),
        migrations.RunSQL(STAND_IN, migrations.RunSQL.noop),
        migrations.RunSQL("UPDATE inbox_submission SET settled_at = NULL WHERE state = 'held'", migrations.RunSQL.noop),
    ]
