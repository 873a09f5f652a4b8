"""Watching: the counts of counties and townships judged each night and each working hour; what stands out, and why.

Holds: which series are watched by which rules (data), every alarm and cluster with what it was reckoned from and when,
its former versions, and what officers said of it (true, false, known).
Never holds: a person, a case, a worker's figure; an alarm without its count, expectation and bound.
What is not known is not judged, and a note says so: silence is never good news by itself. A second run changes nothing;
a correction writes a new version and keeps the former.
Reviewed by: the county's health office and duty office for the rules, statistics for the methods.
"""
