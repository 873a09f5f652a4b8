"""Photos as evidence: decoded and written anew as JPEG, so that nothing but the picture itself is kept.

Position, camera, owner, comments and appended code go with the old file. The size is read from the header before
anything is decoded, so a small file that unfolds to a gigapixel is refused at once. A JPEG in one pass, as cameras
write it, can be decoded smaller than it is; all else unfolds whole, so less is allowed of it. One picture at a time is
decoded in a process.
"""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from threading import Lock
from typing import Final

from PIL import Image, UnidentifiedImageError

from gridcommons.kit.errors import refusal_kind, refuse

NOT_AN_IMAGE = refusal_kind(
    "photo.not_an_image",
    status=415,
    zh="这个文件不是照片。请上传 JPEG、PNG、WebP 或 GIF 格式的图片。",
    en="This file is no photo. Send a picture as JPEG, PNG, WebP or GIF.",
)
TOO_LARGE = refusal_kind(
    "photo.too_large",
    status=413,
    zh="照片文件太大：最多{limit}字节，收到{size}字节。请用较低的画质重新拍摄或压缩后再传。",
    en="The file is too large: {limit} bytes at most, {size} received. Shrink it or take it at a lower quality.",
)
TOO_MANY_PIXELS = refusal_kind(
    "photo.too_many_pixels",
    status=413,
    zh="照片的像素太多：最多{limit}像素。请缩小后再传。",
    en="The photo has too many pixels: {limit} at most. Make it smaller and send it again.",
)
TOO_LONG = refusal_kind(
    "photo.too_long",
    status=413,
    zh="照片的一边太长：每边最多{limit}像素。请裁剪或缩小后再传。",
    en="One side of the photo is too long: {limit} pixels at most. Crop it or make it smaller and send it again.",
)
BROKEN = refusal_kind(
    "photo.broken",
    status=400,
    zh="照片不完整或已损坏，无法读取。请重新拍摄或重新上传。",
    en="The photo is incomplete or damaged and cannot be read. Take it again or send it again.",
)

# Danger: every further format is one more decoder that strangers' bytes reach; SVG, PDF and EPS can run code.
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
_PAPER: Final = (0xFB, 0xFA, 0xF7)
_QUALITY: Final = 85
LONGEST_SIDE: Final = 20_000
MOST_DECODED: Final = 24_000_000
"""Pixels that are unfolded at once, about 200 MB of memory at their worst."""
MOST_PASSES: Final = 40
"""Of a progressive JPEG: programs write about ten, and each costs as much as a whole picture."""
_one_at_a_time = Lock()
_ORIENTATION: Final = 0x0112
_JPEG: Final = b"\xff\xd8"
_MARKER: Final = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")
_PASS: Final = b"\xff\xda"
_END: Final = b"\xff\xd9"
# What Pillow's decoders raise on damaged data; an EXIF block alone can raise most of them.
_DAMAGE: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    struct.error,
)


@dataclass(frozen=True)
class Photo:
    """A photo written anew: JPEG bytes without metadata, size in pixels, SHA-256 of the bytes in hex."""

    jpeg_bytes: bytes
    width: int
    height: int
    sha256: str


def reencode(data: bytes, *, max_bytes: int, max_pixels: int, max_side: int = 1600) -> Photo:
    """A photo from untrusted bytes, upright, first frame only, transparency on paper, no side over `max_side`.

    Refuses `photo.too_large` (bytes), `photo.not_an_image`, `photo.too_long` and `photo.too_many_pixels` (both before
    decoding), `photo.broken` (truncated or damaged).
    """
    if len(data) > max_bytes:
        raise refuse(TOO_LARGE, limit=max_bytes, size=len(data))
    try:
        with _one_at_a_time, _opened(data, max_pixels) as image:
            picture = _drawn(image, max_side)
    except _DAMAGE as fault:
        raise refuse(BROKEN) from fault
    written = BytesIO()
    picture.save(written, format="JPEG", quality=_QUALITY, optimize=True)
    jpeg = written.getvalue()
    return Photo(jpeg, picture.width, picture.height, hashlib.sha256(jpeg).hexdigest())


def _opened(data: bytes, max_pixels: int) -> Image.Image:
    """The picture with only its header read."""
    try:
        image = Image.open(BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError as fault:
        raise refuse(NOT_AN_IMAGE) from fault
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise refuse(TOO_MANY_PIXELS, limit=max_pixels) from fault
    _require_size(image, max_pixels)
    if (passes := _passes(data)) > 1:
        _require_size(image, MOST_DECODED)
    if passes > MOST_PASSES:
        raise refuse(BROKEN)
    return image


def _passes(data: bytes) -> int:
    """How often a JPEG runs over its picture; 0 for other formats."""
    passes, at = 0, 2 if data.startswith(_JPEG) else len(data)
    while (found := _MARKER.search(data, at)) and found[0] != _END:
        passes += found[0] == _PASS
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2])
    return passes


def _require_size(image: Image.Image, max_pixels: int) -> None:
    """Refuse a picture that has too many pixels, in all or along one side."""
    if image.width * image.height > max_pixels:
        raise refuse(TOO_MANY_PIXELS, limit=max_pixels)
    if max(image.size) > LONGEST_SIDE:
        raise refuse(TOO_LONG, limit=LONGEST_SIDE)


def _drawn(image: Image.Image, max_side: int) -> Image.Image:
    """The first frame on a fresh sheet of paper, upright and small enough. A fresh sheet carries no metadata."""
    turned = _orientation(image)
    share = min(1.0, max_side / max(image.size))
    image.draft("RGB", (ceil(image.width * share), ceil(image.height * share)))
    image.seek(0)
    _require_size(image, MOST_DECODED)  # what is now to be unfolded: a draft is smaller, a first frame may be larger
    image.load()
    picture = _in_colour(image)
    picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", picture.size, _PAPER)
    sheet.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    return sheet if turned is None else sheet.transpose(turned)


def _orientation(image: Image.Image) -> Image.Transpose | None:
    """The turn that EXIF asks for; damaged EXIF asks for none."""
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except _DAMAGE:
        return None


_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _in_colour(image: Image.Image) -> Image.Image:
    """The picture as RGB, or RGBA where it has transparency; 16-bit greys are scaled, not clipped."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")
