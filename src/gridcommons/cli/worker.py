"""The worker process: runs the jobs that parts registered in their `tasks.py`."""

from __future__ import annotations

from gridcommons.cli.supervisor import end_with_supervisor

_AT_ONCE = 3
"""A layer and a moving in may each take minutes; the short jobs go on beside them."""


def main() -> None:
    """Work until told to end; jobs under way are finished first."""
    end_with_supervisor()
    from gridcommons.cli.django_setup import setup

    setup(start=False)
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        working.run_worker(concurrency=_AT_ONCE, shutdown_graceful_timeout=10)


if __name__ == "__main__":
    main()
