"""Colours of areas: published rules, read from data, applied to counts of areas day by day.

Holds: schemes (`data/schemes/*.toml`, each with version and owner), the measures of a day, the rules that read a level
from them, the stepping from day to day, reasons in both languages, the replay of a past epidemic as it was known then,
and what other cuts would have done.
Never holds: a table, a clock, a person, or anything that a person's pass could be made of. A colour is of an area; it
is no evidence about anybody (charter 6).
Arrays are (days, areas). Reviewed by the owner of the scheme in use and by the county's health officer.
"""
