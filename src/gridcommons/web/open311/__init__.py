"""The Open311 GeoReport v2 door: cities' apps and other machines report matters and read what is public of them.

Holds: answers in XML and JSON, the reading calls, the taking of a request, the questions of a service (data), and
places found by the names of areas in a text. Never holds: a query of its own, a session, or a row that is not in the
table of what is public; the tracking code goes to the client that posted and stands in no answer to a reading call.
Reviewed by: the owner of the house, with charter articles 4, 10 and 13 in hand.
"""
