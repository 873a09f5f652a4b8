"""What a POST brings, checked before anything is written: the form's envelope, pictures written anew. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final
from xml.etree.ElementTree import Element

from gridcommons.cases.filing import PHOTO_PIXELS
from gridcommons.cases.photos import reencode
from gridcommons.collection.inbox.papers import Envelope, envelope_of, tree_of
from gridcommons.collection.inbox.rules import NAME_LIMIT, NOT_NAMED, TOO_LARGE, TOO_MANY, limits
from gridcommons.kit.errors import refuse

_SIDE: Final = 2_400


@dataclass(frozen=True)
class Picture:
    """An attachment written anew as JPEG. `sent`: SHA-256 of what came; `sha256`: in hex, of what is kept."""

    name: str
    sent: bytes
    jpeg: bytes
    sha256: str


@dataclass(frozen=True)
class Sent:
    """A submission as it came, with the pictures of this POST.

    `as_kept`: nobody sent the form again; it was read from here, where answers may have been emptied since it came.
    `left`: names of files that came along though the form does not mention them.
    """

    envelope: Envelope
    xml: bytes
    tree: Element = field(repr=False, compare=False)
    pictures: tuple[Picture, ...] = ()
    as_kept: bool = False
    left: tuple[str, ...] = ()

    @cached_property
    def sha256(self) -> bytes:
        """What tells identical content from other."""
        return hashlib.sha256(self.xml).digest()


def sent_of(xml: bytes, files: Mapping[str, bytes], *, mentioned: bool = False) -> Sent:
    """Check what came and write its pictures anew; refuses (`inbox.*`, `photo.*`) before anything is kept.

    `mentioned`: leave out files that no answer mentions. Collect sends all that lies in a form's folder, also the
    picture of a question that is not asked any more; refused, the form would wait on the phone for ever.
    """
    tree = tree_of(xml)
    envelope = envelope_of(tree)
    if len(files) > limits().most_attachments:
        raise refuse(TOO_MANY, most=limits().most_attachments)
    answers = {(one.text or "").strip() for one in tree.iter()} if mentioned and files else set()
    left = tuple(name for name in files if mentioned and name not in answers)
    pictures = tuple(_picture(name, content) for name, content in files.items() if name not in left)
    return Sent(envelope, xml, tree, pictures, left=left)


def beside(kept: bytes, files: Mapping[str, bytes]) -> Sent:
    """Pictures for a form that was received already, with the form as it is kept; refuses what `sent_of` refuses."""
    return replace(sent_of(kept, files), as_kept=True)


def _picture(name: str, content: bytes) -> Picture:
    if len(content) > limits().attachment_bytes:
        raise refuse(TOO_LARGE, what=name[:60], most=limits().attachment_bytes)
    if len(name) > NAME_LIMIT or "/" in name or "\\" in name or not name.isprintable():
        raise refuse(NOT_NAMED, name=name[:60])
    most = limits().attachment_bytes
    photo = reencode(content, max_bytes=most, max_pixels=PHOTO_PIXELS, max_side=_SIDE)
    return Picture(name, hashlib.sha256(content).digest(), photo.jpeg_bytes, photo.sha256)
