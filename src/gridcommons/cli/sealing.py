"""The sealer process: every half second it puts committed entries into the tree and signs the root."""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg

from gridcommons.access.keeping import keep_note
from gridcommons.access.sealer import BATCH, Signer, seal
from gridcommons.cli.django_setup import SEALER_URL
from gridcommons.cli.places import here
from gridcommons.cli.postgres import SEALER, cluster
from gridcommons.cli.supervisor import Ending, end_with_supervisor

PAUSE_SECONDS: Final = 0.5
_RECONNECT_SECONDS: Final = 2.0


def keep_sealing(url: str, signer: Signer, ending: Ending, folder: Path) -> None:
    """Seal until `ending` is set; a lost connection is made again. `folder` keeps the last checkpoint."""
    continues = True
    while not ending.is_set():
        try:
            with psycopg.connect(url, autocommit=True, application_name="sealer") as connection:
                while not ending.is_set():
                    sealed = seal(connection, signer, datetime.now(UTC))
                    if sealed and continues:
                        continues = _keep(connection, folder)
                    if sealed < BATCH:
                        ending.wait(PAUSE_SECONDS)
        except psycopg.Error as lost:  # whatever it is: the next try may be luckier
            sys.stderr.write(f"{datetime.now(UTC).isoformat()} not sealed: {lost}\n")
            ending.wait(_RECONNECT_SECONDS)


def _keep(connection: psycopg.Connection[Any], folder: Path) -> bool:
    """Keep the last checkpoint; says once when the log does not continue the one kept."""
    kept = keep_note(connection, folder)
    if not kept:
        sys.stderr.write(
            f"{datetime.now(UTC).isoformat()} the ledger does not continue the checkpoint kept beside the key: "
            "run gridcommons ledger verify\n"
        )
    return kept


def main() -> None:
    """Seal until told to end."""
    end_with_supervisor()
    ending = Ending()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda _number, _frame: ending.set())
    places = here().make()
    url = os.environ.get(SEALER_URL) or cluster(places).url(SEALER)
    keep_sealing(url, Signer.from_folder(places.keys), ending, places.keys)


if __name__ == "__main__":
    main()
