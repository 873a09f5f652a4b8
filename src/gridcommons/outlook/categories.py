"""What a warning is about, in the words of CAP 1.2: each series and each template of words names one. Pure.

CAP's twelfth word, Security (police, military, guards), is none here on purpose: what the program counts are illness,
hazards and needs, never what people do together. With that word a gathering or a complaint could be put out as a
danger (charter 2, 4 and 10); and a warning changes nobody's pass (charter 6).
"""

from __future__ import annotations

from enum import StrEnum

from gridcommons.kit.errors import refusal_kind, refuse

UNKNOWN = refusal_kind(
    "outlook.category",
    status=400,
    zh="没有“{key}”这个预警类别。请从清单中选择。",
    en="There is no category of warnings “{key}”. Choose one from the list.",
)


class Category(StrEnum):
    """One of CAP's words."""

    HEALTH = "Health"
    SAFETY = "Safety"
    FIRE = "Fire"
    MET = "Met"
    GEO = "Geo"
    ENV = "Env"
    INFRA = "Infra"
    TRANSPORT = "Transport"
    RESCUE = "Rescue"
    CBRNE = "CBRNE"
    OTHER = "Other"


def require_category(key: str) -> Category:
    """The category; refuses a word that is none of them."""
    if key not in set(Category):
        raise refuse(UNKNOWN, key=key[:40])
    return Category(key)
