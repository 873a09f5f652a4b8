"""Measuring: what the life lines of cases come to as counts for the national indicators.

Holds: the rules by which a life line is measured over a period, the declared standard times of recording, the job that
posts the counts down to `outlook.indicators`, and the recomputing of what was posted.
Never holds: tables; a time measured of a person; a number made for one person. Whose work a count rests on is known
here for the length of one count, and only how many, up to five, is passed on.
A period is measured as it stood when it ended: what happened later changes it only where a step was written late.
Reviewed by: case supervision and statistics.
"""
