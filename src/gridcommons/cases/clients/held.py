"""What is held of a request that came before: the answer that its client got then."""

from __future__ import annotations

from gridcommons.access.keyring.queries import Client
from gridcommons.cases.clients.marks import content_of_request, name_digest, token_of
from gridcommons.cases.clients.models import Sending
from gridcommons.cases.clients.rules import OTHER_CONTENT, Linked, Posted
from gridcommons.cases.codes import tracking_code
from gridcommons.cases.filing import Report
from gridcommons.kit.errors import refuse


def posted_before(client: Client, report: Report, linked: tuple[Linked, ...], external_id: str) -> Posted | None:
    """The answer to a request that came before; refuses the same id with other content; None for what is new."""
    mark = name_digest(external_id)
    held = Sending.objects.filter(key=client.key_id, kind="request", name_digest=mark).first() if mark else None
    if held is None:
        return None
    if bytes(held.content) != content_of_request(report.once, report, linked):
        raise refuse(OTHER_CONTENT, name=external_id)
    is_token = held.token_digest is not None
    token = token_of(report.once) if is_token else ""
    return Posted("" if is_token else held.number, token, tracking_code(report.once), is_new=False)
