"""Signals of something unusual: a worker, a clinic or a pharmacy says that something is out of the ordinary somewhere.

Holds: kind, place, roughly how many, a few masked words; who at the county's duty desk looked at it by when (two hours
by the clock), what it was, and what it became (a case, by the deed of cases).
Never holds: a document number, a phone, an exact number of persons, a mark on whoever sent it. Names of people who
are registered in the village, and forms of address, are hidden before anybody else reads them; none is asked for.
Reviewed by: the county's duty desk, public health, data protection.
"""
