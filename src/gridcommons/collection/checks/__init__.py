"""Results of cases that workers check on the spot with a phone that has no network.

Holds which cases a phone was given, and each result that a phone sent: once, by the id that the phone made, so that a
cut connection leaves nothing twice. What a result does is a step of `cases`, taken in the worker's own name. One that
comes when the case has moved on does nothing by itself: the worker decides, and may have it kept beside the case.
It holds no position, no time of day at which somebody worked, and no count of anybody's checks (charter 12).
Reviewed by the county supervision centre.
"""
