"""Founding: how a county moves in with its own spreadsheets, and what its office sees of it in the first hour.

Holds: the sheets (areas, offices, staff, posts, matters, open cases, calendar) as data, their reading with every fault
named to the clerk, the plan of what is new, same, changed or in conflict, the deeds that carry it out, sheets that
were sent in and wait (sealed, for their sender alone, thirty days at most), trials of a first case that leave nothing.
Never holds: a password, a way round the deeds of other parts, a person's words once they were carried over.
Reviewed by: architecture and data protection.
"""
