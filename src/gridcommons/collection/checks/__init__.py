"""Results of cases that workers check on the spot with a phone that has no network.

Holds: which cases went onto a worker's phones, and each result that a phone sent, once, by the id that the phone made,
so that a cut connection leaves nothing twice. What a result does is a step of `cases`, in the worker's own name; one
that comes when the case has moved on does nothing by itself: the worker decides, and may have it kept beside the case.
Never holds: a position, the time of day at which somebody worked, a count of anybody's checks, who reported a case.
Reviewed by: the owner of collection and the county supervision centre.
"""
