"""Many submissions kept in one statement: those that are new and plain. Whatever needs a second look is left alone.

Also where a sender serves, and by which version of a form a submission was filled in.

Called inside a deed. Plain is what names no picture, corrects nothing, and comes from somebody who serves today, by a
phone whose key, and by a grant which, is valid still when the row is committed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg
from django.db import connection

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import by_key
from gridcommons.collection.devices.opening import KEPT_OPEN, KEPT_SERVING
from gridcommons.collection.forms.queries import Standing, VersionFacts, published_version, standing_versions
from gridcommons.collection.inbox.papers import pictures_named
from gridcommons.collection.inbox.receiving import Sent
from gridcommons.collection.inbox.rules import CLOSED, UNKNOWN_VERSION, limits
from gridcommons.collection.intake import SENDERS, areas_of, areas_since, granted_as
from gridcommons.kit.errors import refuse
from gridcommons.kit.ids import uuid7

_VERSION: Final = 60
_DEVICE, _GRANTED = 7, 10
"""Where a line holds its phone's key and the code by which its area was granted."""
_KEEP: Final = f"""
WITH open AS MATERIALIZED ({KEPT_OPEN.format(keys="%b::uuid[]")}),
serving AS MATERIALIZED ({KEPT_SERVING.format(areas="%b::varchar[]", roles="%b::varchar[]")}), given AS (
    SELECT g.* FROM unnest(%b::text[], %b::uuid[], %b::uuid[], %b::text[], %b::text[], %b::uuid[], %b::bytea[],
                         %b::uuid[], %b::text[], %b::text[], %b::text[], %b::bytea[])
        AS g(instance_id, id, paper, form_key, version, version_id, sha256, device_id, by_key, area_code, granted_as,
             content)
    JOIN open ON open.id = g.device_id
    WHERE EXISTS (SELECT FROM serving WHERE serving.user_id = open.user_id AND g.granted_as = ANY(serving.included))
    ORDER BY g.instance_id
), kept AS (
    INSERT INTO inbox_submission (
        id, instance_id, root, replaced_by, form_key, version, version_id, sha256, device_id, by_key, area_code,
        parties, received_at, state, reasons, notes, waived, told, forgotten
    )
    SELECT id, instance_id, instance_id, '', form_key, version, version_id, sha256, device_id, by_key, area_code,
           ARRAY[by_key], %b, 'received', '[]', '{{}}', '{{}}', 0, false FROM given
    ON CONFLICT DO NOTHING RETURNING id
), papers AS (
    INSERT INTO inbox_paper (id, submission_id, number, content, by_key, at, reason)
    SELECT paper, id, 0, content, by_key, %b, '' FROM given JOIN kept USING (id)
)
SELECT id FROM kept
"""  # noqa: S608 - both are constants
"""In the order of the ids: two groups with the same ones wait for one another in one order, their keys held already."""


@dataclass(frozen=True)
class Arrival:
    """A submission as it came, with whoever sent it and by which phone."""

    sent: Sent
    by: Viewer
    device_id: UUID


Versions = Mapping[tuple[str, str], Standing]


def versions_of(each: Sequence[Arrival]) -> Versions:
    """The versions that these were filled in from, as they stand now."""
    return standing_versions({(one.sent.envelope.form_key, one.sent.envelope.version) for one in each})


def plain_place(one: Arrival, versions: Versions, at: datetime) -> tuple[Standing, str] | None:
    """The version and the area of a submission that can be kept as it is; None where a second look is needed."""
    envelope = one.sent.envelope
    version = versions.get((envelope.form_key, envelope.version))
    if version is None or version.state != "open" or envelope.deprecated or one.sent.pictures:
        return None
    if version.asks_pictures and pictures_named(one.sent.tree, version.questions):
        return None
    areas = areas_of(one.by, at)
    return (version, areas[0]) if areas and version.reaches(areas) else None


def keep_new(each: Sequence[Arrival], versions: Versions, at: datetime) -> list[UUID | None]:
    """Keep what is new and plain; for each the id of its row, None where nothing was kept."""
    found: list[UUID | None] = [None] * len(each)
    lines: list[tuple[object, ...]] = []
    places: dict[UUID, int] = {}
    for number, one in enumerate(each):
        plain = plain_place(one, versions, at)
        if plain is None:
            continue
        (version, area), row = plain, uuid7()
        places[row] = number
        lines.append((
            one.sent.envelope.instance_id, row, uuid7(), version.key, version.version, version.id, one.sent.sha256,
            one.device_id, one.by.key, area, granted_as(one.by, area, at), one.sent.xml,
        ))  # fmt: skip
    for row in _inserted(lines, at) if lines else ():
        found[places[row]] = row
    return found


def _inserted(lines: Sequence[tuple[object, ...]], at: datetime) -> list[UUID]:
    columns = [list(column) for column in zip(*lines, strict=True)]
    by_key()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        held = [line[_DEVICE] for line in lines], sorted({str(line[_GRANTED]) for line in lines}), sorted(SENDERS)
        cursor.execute(_KEEP, [*held, *columns, at, at], prepare=False)  # see `ledger.write_all`
        return [row[0] for row in cursor.fetchall()]


def sender_areas(by: Viewer, at: datetime) -> tuple[str, ...]:
    """The areas that the sender serves, or served of late: what was filled in before a hand-over is not lost."""
    return areas_of(by, at) or areas_since(by, at - timedelta(days=limits().grace_days), at)


def version_filled_in(sent: Sent, by: Viewer, at: datetime, *, is_known: bool) -> VersionFacts:
    """The version that was filled in; one that is not for the sender's areas counts as one that does not exist."""
    envelope = sent.envelope
    version = published_version(envelope.form_key, envelope.version)
    areas = sender_areas(by, at)
    reaches = version is not None and any(
        version.form.serves(area) or version.form.area_code.startswith(area) for area in areas
    )
    if version is None or not reaches:
        raise refuse(UNKNOWN_VERSION, form=envelope.form_key[:_VERSION], version=envelope.version[:_VERSION])
    if version.form.state != "open" and not is_known:
        raise refuse(CLOSED, form=version.form.name.in_language("zh"))
    return version
