"""The door for departments' systems: what became of a case, signed, kept as it came and acknowledged at once.

Holds: the receiver of statuses and pictures, the giver of single photos by signed addresses. Never holds: a page, a
login, a reading of a case.
Reviewed by: security.
"""
