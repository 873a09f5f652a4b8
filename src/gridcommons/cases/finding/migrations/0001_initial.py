"""Lines that lead to cases, the SQL that keeps them, and kept searches.

A signature has 512 bits, three for each pair of neighbouring signs, taken from SHA-256 so that every version of
PostgreSQL gives the same. The functions run with the rights of whoever calls them: nothing here passes a wall, but
that the trigger sees all lines of the one case that is being written.
"""

import django.db.models.deletion
import gridcommons.kit.ids
from django.db import migrations, models

FUNCTIONS = r"""
CREATE FUNCTION finding_scope(k text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ('x' || encode(substr(sha256(convert_to(k, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint
$$;

-- One form for writing and asking: full width as half width, small letters, marks and line ends as one blank.
CREATE FUNCTION finding_plain(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(lower(normalize(words, NFKC)),
        '[][[:space:][:cntrl:],;:!?"''(){}<>|~^*`$%&=\、。“”‘’《》〈〉【】「」『』…—·]+', ' ', 'g'))
$$;

CREATE FUNCTION finding_pairs(plain text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT one || next), '{}') FROM (
        SELECT one, lead(one) OVER (ORDER BY n) AS next
        FROM unnest(string_to_array(plain, NULL)) WITH ORDINALITY AS signs(one, n)
    ) AS pairs WHERE one <> ' ' AND next <> ' '
$$;

CREATE FUNCTION finding_sign(marks text[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ARRAY[BITS] FROM (
        SELECT get_byte(h, i) + 256 * (get_byte(h, i + 1) & 1) AS p
        FROM (SELECT sha256(convert_to(m, 'UTF8')) AS h FROM unnest(marks) AS m) AS hashes, unnest('{0,2,4}'::int[]) AS i
    ) AS places
$$;

CREATE FUNCTION finding_scopes(area text, parties text[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg(DISTINCT finding_scope(k)) FROM (
        SELECT 'area:' || left(area, 9) AS k UNION ALL SELECT p FROM unnest(parties) AS p WHERE starts_with(p, 'office:')
    ) AS keys
$$;

CREATE FUNCTION finding_marks(words text, address text, matter text, number text, outside text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT finding_pairs(finding_plain(words || E'\n' || address)) || ARRAY['matter:' || matter]
        || ARRAY(SELECT 'id:' || lower(i) FROM unnest(ARRAY[number, split_part(number, '-', -1), outside]) AS i
                 WHERE i <> '')
$$;

CREATE FUNCTION finding_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    scope CONSTANT text := coalesce(current_setting('app.scope', true), '');
    old_scopes bigint[] := '{}';
    new_scopes bigint[] := '{}';
    s bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN old_scopes := finding_scopes(OLD.area_code, OLD.parties::text[]); END IF;
    IF TG_OP <> 'DELETE' THEN new_scopes := finding_scopes(NEW.area_code, NEW.parties::text[]); END IF;
    -- Whoever takes a step need not see the lines of all parties; they are kept for them all the same.
    PERFORM set_config('app.scope', '^', true);
    IF TG_OP = 'UPDATE' AND (OLD.text, OLD.address, OLD.matter_key, OLD.number, OLD.external_id, OLD.area_code,
                             OLD.reported_at)
                        = (NEW.text, NEW.address, NEW.matter_key, NEW.number, NEW.external_id, NEW.area_code,
                             NEW.reported_at) THEN
        SELECT ARRAY[l.s0, l.s1, l.s2, l.s3, l.s4, l.s5, l.s6, l.s7] INTO s FROM finding_line AS l
        WHERE l.scope = ANY (old_scopes) AND l.at = OLD.reported_at AND l.case_id = OLD.id LIMIT 1;
        IF s IS NOT NULL THEN
            DELETE FROM finding_line AS l WHERE l.scope = ANY (old_scopes) AND NOT l.scope = ANY (new_scopes)
                AND l.at = OLD.reported_at AND l.case_id = OLD.id;
            SELECT array_agg(k) INTO new_scopes FROM unnest(new_scopes) AS k WHERE NOT k = ANY (old_scopes);
        END IF;
    ELSIF TG_OP <> 'INSERT' THEN
        DELETE FROM finding_line AS l WHERE l.scope = ANY (old_scopes) AND l.at = OLD.reported_at AND l.case_id = OLD.id;
    END IF;
    IF new_scopes <> '{}' THEN
        IF s IS NULL THEN
            s := finding_sign(finding_marks(NEW.text, NEW.address, NEW.matter_key, NEW.number, NEW.external_id));
        END IF;
        INSERT INTO finding_line (scope, at, case_id, area_code, s0, s1, s2, s3, s4, s5, s6, s7)
        SELECT k, NEW.reported_at, NEW.id, NEW.area_code, s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8]
        FROM unnest(new_scopes) AS k ON CONFLICT DO NOTHING;
    END IF;
    PERFORM set_config('app.scope', scope, true);
    RETURN NULL;
END $$;
""".replace("BITS", ", ".join(f"coalesce(bit_or(1::bigint << (p & 63)) FILTER (WHERE p >> 6 = {n}), 0)" for n in range(8)))

# The key carries every column, so that a walk reads nothing else; rows that only come in are soon marked as seen by
# all, without which the index alone would not do.
TABLE = """
ALTER TABLE finding_line DROP CONSTRAINT finding_line_pkey;
ALTER TABLE finding_line ADD CONSTRAINT finding_line_pkey PRIMARY KEY (scope, at, case_id)
    INCLUDE (area_code, s0, s1, s2, s3, s4, s5, s6, s7);
ALTER TABLE finding_line SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000,
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
"""

TRIGGERS = """
CREATE TRIGGER finding_come AFTER INSERT OR DELETE ON cases_case FOR EACH ROW EXECUTE FUNCTION finding_keep();
CREATE TRIGGER finding_change
    AFTER UPDATE OF text, address, matter_key, number, external_id, area_code, parties, reported_at ON cases_case
    FOR EACH ROW WHEN (
        (OLD.text, OLD.address, OLD.matter_key, OLD.number, OLD.external_id, OLD.area_code, OLD.parties, OLD.reported_at)
        IS DISTINCT FROM
        (NEW.text, NEW.address, NEW.matter_key, NEW.number, NEW.external_id, NEW.area_code, NEW.parties, NEW.reported_at)
    ) EXECUTE FUNCTION finding_keep();
"""

CASES_SO_FAR = """
INSERT INTO finding_line (scope, at, case_id, area_code, s0, s1, s2, s3, s4, s5, s6, s7)
SELECT k, c.reported_at, c.id, c.area_code, s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8]
FROM cases_case AS c,
    LATERAL (SELECT finding_sign(finding_marks(c.text, c.address, c.matter_key, c.number, c.external_id)) AS s) AS one,
    LATERAL unnest(finding_scopes(c.area_code, c.parties::text[])) AS k;
"""

BACK = """
DROP TRIGGER finding_come ON cases_case;
DROP TRIGGER finding_change ON cases_case;
DROP FUNCTION finding_keep(), finding_marks(text, text, text, text, text), finding_scopes(text, text[]),
    finding_sign(text[]), finding_pairs(text), finding_plain(text), finding_scope(text) CASCADE;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0005_what_is_not_simple'),
    ]

    operations = [
        migrations.CreateModel(
            name='Line',
            fields=[
                ('pk', models.CompositePrimaryKey('scope', 'at', 'case', blank=True, editable=False, primary_key=True, serialize=False)),
                ('scope', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('area_code', models.CharField(max_length=20)),
                ('s0', models.BigIntegerField()),
                ('s1', models.BigIntegerField()),
                ('s2', models.BigIntegerField()),
                ('s3', models.BigIntegerField()),
                ('s4', models.BigIntegerField()),
                ('s5', models.BigIntegerField()),
                ('s6', models.BigIntegerField()),
                ('s7', models.BigIntegerField()),
                ('case', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='Saved',
            fields=[
                ('id', models.UUIDField(default=gridcommons.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('owner', models.CharField(db_index=True, max_length=100)),
                ('name', models.CharField(max_length=60)),
                ('query', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='saved_once_a_name')],
            },
        ),
        migrations.RunSQL(FUNCTIONS, BACK),
        migrations.RunSQL(TABLE, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
        migrations.RunSQL(CASES_SO_FAR, migrations.RunSQL.noop),
    ]
