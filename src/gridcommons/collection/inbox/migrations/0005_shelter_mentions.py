"""The homes that papers name beside the one that answers choose, and those in papers that nobody could read.

What stands is searched once: unread papers as they are written, whatever their signs, and the answers of the rest.
"""

import django.db.models.deletion
from django.db import migrations, models

import gridcommons.kit.ids

ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
IN_PAPERS = f"""
INSERT INTO inbox_mention (id, submission_id, household_id)
SELECT gen_random_uuid(), found.submission, found.home FROM (
    SELECT DISTINCT sent.id AS submission, home.id AS home
    FROM inbox_submission AS sent JOIN inbox_paper AS paper ON paper.submission_id = sent.id
    CROSS JOIN LATERAL regexp_matches(replace(encode(paper.content, 'escape'), '\\000', ''), '{ID}', 'gi') AS named(ids)
    JOIN homes_household AS home ON home.id = named.ids[1]::uuid
    WHERE NOT sent.forgotten AND (sent.state IN ('held', 'aside') OR sent.wait_until IS NOT NULL)
) AS found
"""
IN_ANSWERS = f"""
INSERT INTO inbox_mention (id, submission_id, household_id)
SELECT gen_random_uuid(), found.submission, found.home FROM (
    SELECT DISTINCT answered.submission_id AS submission, home.id AS home
    FROM inbox_answered AS answered
    CROSS JOIN LATERAL regexp_matches(answered."values"::text, '{ID}', 'gi') AS named(ids)
    JOIN homes_household AS home ON home.id = named.ids[1]::uuid
    WHERE replace(home.id::text, '-', '') IS DISTINCT FROM answered.household
) AS found ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0004_answered_household"), ("homes", "0002_rest_of_a_shield")]

    operations = [
        migrations.CreateModel(
            "Mention",
            [
                (
                    "id",
                    models.UUIDField(
                        default=gridcommons.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("household_id", models.UUIDField()),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="inbox.submission"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "mention", models.UniqueConstraint(fields=("household_id", "submission"), name="mention_once")
        ),
        migrations.RunSQL(IN_PAPERS, migrations.RunSQL.noop),
        migrations.RunSQL(IN_ANSWERS, migrations.RunSQL.noop),
    ]
