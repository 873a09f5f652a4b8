"""What logs must not hold: the key in the address of a phone's call."""

from __future__ import annotations

import logging
import re
from typing import Final

_KEY: Final = re.compile(r"/key/[^/\s]+")
_SHORT: Final = "/key/…"


class WithoutKeys(logging.Filter):
    """Writes every record of a log without the keys in its addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the keys out of the message, its arguments and the text of a failure."""
        record.msg = _out(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_out(one) for one in record.args)
        return True


def _out(value: object) -> object:
    return _KEY.sub(_SHORT, value) if isinstance(value, str) else value
