"""Reported: daily counts that a health office hands in, kept as they came, and what was known of them at any moment.

Holds: which counts there are (data, with owner and unit), every hand-in with its figures, who handed it in and when,
why figures were corrected, what was withdrawn and why.
Never holds: a patient, a case, a key of a person; a figure that was overwritten. A correction is a new row beside the
one it corrects; a withdrawn hand-in stays, and what stood before it stands again.
What is not known is never nought.
Reviewed by: the county's health office for the counts, statistics for the rules.
"""
