"""Outlook: areas and numbers only.

Holds: daily counts by area, matter and measure; sums over the six levels.
Never holds: a person, a household, a case, a text; it lies below `people`, so that a map cannot see
anybody even by mistake. Upper parts post counts down to it; it never asks upwards.
Reviewed by: statistics.
"""
