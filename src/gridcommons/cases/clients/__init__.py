"""Clients: what machine clients sent to the Open311 door, the requests they posted and their news of cases.

Holds: that a sending came, by digests alone, so that what is sent twice is taken once and a token finds its number;
news of a case with its words, behind the case's own wall; how the status words of other programs are understood.
Never holds: a client's own names for things in readable form, the number of a case that is not public, a way for a
machine to close what its office handled, or to speak on a case that its office has no part in.
Reviewed by: the owner of the case machine and the owner of the machine doors.
"""
