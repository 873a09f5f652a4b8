"""Schemes: areas of other issuers beside the house's own, each under the code that its issuer gave.

Holds: schemes as data (levels, widths, signs, or a parent column instead of prefixes), their areas with outlines and
dates, the editions they came in, and ties: which area of a scheme stands for which area of the house, with the share
of overlap and who confirmed it.
Never holds: a person, or an area of the house: the same digits in two schemes are two places, and no grant, record or
count ever refers to a code of another scheme.
Reviewed by: territory and surveying.
"""
