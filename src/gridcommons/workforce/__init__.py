"""Workforce: who works where, in which post, since when; and the public posting of it.

Holds: workers with their kind of employment, the posts of a grid, assignments over time that the
database keeps from overlapping, the complaint line.
Never holds: where a worker is, how long they were online, what they walked, points, ranks, any
figure about one worker (charter 12).
Reviewed by: staff council.
"""
