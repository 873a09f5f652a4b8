"""Releases: the counts of a county and its townships for a day, as open data, small figures hidden for good.

Holds: each release with its files and their hashes, the scheme by which it hides, and what it was reckoned from.
Never holds: a person; an area finer than a township among what leaves; a figure that a reader of several releases
could reckon from what is hidden.
Reviewed by: statistics, privacy.
"""
