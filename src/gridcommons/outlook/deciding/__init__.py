"""Deciding: a morning's facts of an area, put together for whoever leads it: what changed, what warns, what is due.

Holds: counts of signals by township, day and kind, posted by the part above; how figures of the other rooms are put
together, each with why it is shown as it is.
Never holds: a signal's words, who sent it, a person, a figure about fewer than five workers; a decision: the page
shows, people decide, and nothing is done by it.
Reviewed by: the county's leading office and the data-protection officer.
"""
