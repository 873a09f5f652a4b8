"""Indicators: the national formulas as data, and the counts that they divide, by area and period.

Holds: what each indicator divides by what, with its time rule, owner, source, version and golden example; counts by
period, area of every level, department, matter, source; how many people's work a count rests on, up to five.
Never holds: a case, a person, a key of a person; an index made of indicators; an order of areas or offices by them.
Nothing is shown that rests on the work of fewer than five people, nor what would give it away by subtraction.
Reviewed by: statistics, and the county's supervision centre for the formulas.
"""
