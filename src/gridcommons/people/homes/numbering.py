"""The number by which statistics know a household: within its county, given once, telling of nobody."""

from __future__ import annotations


def number_sql(*, household: str, county: str) -> str:
    """SQL for the number of a household within a county; null where it is another county's, or on record no more.

    Names of columns come from the callers' own code. Once a household is erased nothing leads from its number to it.
    """
    return f"(SELECT home.number FROM homes_household AS home WHERE home.id = {household} AND home.county = {county})"  # noqa: S608 - names of columns, from code
