"""Reports by schedule: the indicators of an area, made each week, month, quarter or year for named members of staff.

Holds: what is reported to whom and when, every edition with its hash, what failed and why. Late data make a corrected
edition; the old one is kept beside it.
Never holds: a number that its receivers could not read on the page of indicators; anything about a person. What leaves
by e-mail is a notice with the way to the program, never a file and never a figure.
Reviewed by: statistics.
"""
