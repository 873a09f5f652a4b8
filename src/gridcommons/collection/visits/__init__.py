"""Visits: that a household was called on, on which day, for which form, and how it ended.

Holds: household, area, day, kind, outcome (done, not at home, declined, an appointment), the minutes that the matter
is reckoned with, the submission it was made of.
Never holds: when a worker came and went, how long they took, where they were, a mark against whoever declined.
Reviewed by: the owner of collection and the staff council.
"""
