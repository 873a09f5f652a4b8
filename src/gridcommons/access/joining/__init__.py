"""Joining: how a member of staff comes to an account of their own, and how they leave.

Holds: invitations by which a person sets their own password or links their house's login (the hash of the code alone,
with an end), who leads whom, the day somebody left.
Never holds: a password or code in readable form, when somebody was online, a way to an account for an officer who
could not give all of its grants.
Reviewed by: security and the staff council.
"""
