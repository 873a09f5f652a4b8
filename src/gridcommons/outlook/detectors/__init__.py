"""Detectors: whether a count is higher than what its own past lets expect. Pure functions on arrays.

Holds: the equally spaced series with its rules for bad input; EARS, CUSUM, likelihood ratio, Bayes; the daily default;
the nowcast of the last days; false discoveries and the worklist; the false alarms measured on simulated nothing.
Never holds: a table, a clock, an area's name, a colour, a person. An alarm says that a number is unusual, never why,
and is no evidence about anybody.
Reviewed by: statistics.
"""
