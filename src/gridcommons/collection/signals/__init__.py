"""Signals of something unusual: a worker, a clinic or a pharmacy says that something is out of the ordinary somewhere.

Holds: kind, place, roughly how many, a few masked words; who at the county's duty desk looked at it by when (two hours
by the clock), what it was, and what it became (a case, by the deed of cases).
Never holds: who is ill, a name, a document number, an exact number of persons, a mark on whoever sent it.
Reviewed by: the county's duty desk, public health, data protection.
"""
