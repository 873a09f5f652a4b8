"""Pictures for links: made here, each of another colour, and a house whose address the operator gave."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from django.test import Client
from PIL import Image

from cases.partners.partner_town import USUAL, terms
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.models import Photo
from gridcommons.cases.partners import giving
from gridcommons.cases.partners.calling import read_house
from gridcommons.cases.partners.models import Link, Picture
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.terms import Terms
from gridcommons.notices.signing import signature

OWN = "https://grid.example.org"
WITH_PHOTOS = (*USUAL, "photos")


def jpeg(colour: int = 200, kind: str = "JPEG", **more: Any) -> bytes:
    """A picture of one colour, with a camera and a place in it."""
    image = Image.new("RGB", (60, 40), (colour, 90, 30))
    exif = Image.Exif()
    exif[0x0110] = "SECRET-CAMERA"
    raw = BytesIO()
    image.save(raw, kind, exif=exif.tobytes(), **more)
    return raw.getvalue()


@contextmanager
def housed(address: str = OWN) -> Iterator[None]:
    """The operator gave the address of this house."""
    # Not by the file: the data folder of the tests is shared by all that run at once.
    with mock.patch.object(giving, "read_house", lambda folder: replace(read_house(folder), address=address)):
        yield


def limited(monkeypatch: pytest.MonkeyPatch, **other: Any) -> None:
    """Other limits of photos, for this test."""
    monkeypatch.setitem(policy().__dict__, "photo_rules", replace(policy().photo_rules, **other))


def photo_terms(way: str = "webhook", url: str = "https://partner.example.org/in", **more: Any) -> Terms:
    """Terms by which photos go along."""
    return terms(way, url, **({"fields": WITH_PHOTOS} | more))


def photos_of(case: UUID) -> list[Photo]:
    """The photos of a case, whoever may see them."""
    with scoped(Scope("^")):
        return list(Photo.objects.filter(case=case).order_by("at", "id"))


def pictures(link: Link) -> list[tuple[bool, str, str]]:
    """Direction, state and reason of what went over a link."""
    return list(Picture.objects.filter(link=link).order_by("at", "id").values_list("back", "state", "reason"))


def get(address: str, **headers: str) -> Any:
    """Fetch a photo as a system over there does: without cookies."""
    assert address.startswith(f"{OWN}/")
    return Client().get(address.removeprefix(OWN), headers=headers)


def post(link: Link, secret: bytes, number: str, raw: bytes, now: float, **more: Any) -> Any:
    """Post a picture as a system over there does, signed."""
    path = f"/partners/{link.key}/case/{number}/photo"
    signed = signature(secret, time=int(now), method="POST", path=path, body=raw)
    headers = {
        "X-Gridcommons-Key": f"{link.key}.{link.key_number}", "X-Gridcommons-Time": str(int(now)),
        "X-Gridcommons-Signature": signed,
    }  # fmt: skip
    return Client().post(path, raw, content_type="image/jpeg", headers=headers | more)
