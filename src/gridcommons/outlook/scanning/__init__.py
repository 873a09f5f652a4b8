"""Scanning: where and since when there are more cases than expected, by the prospective space-time scan statistic.

Holds: zones of nearest areas, the scores of windows, the search for the best ones, what is expected, the distribution
of the greatest score where nothing happens. Arrays in, values out: counts of diseases, hazards or complaints alike.
Never holds: a table, a person, a clock; a window is a question to look into, no finding about anybody inside it.
Reviewed by: statistics.
"""
