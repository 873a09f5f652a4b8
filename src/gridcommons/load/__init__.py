"""Load: working time. What workers have of it, what admitted matters take, and the act of admission that keeps to it.

Holds: the ceiling (`ceiling`: minutes a week by kind of employment, expected cases and visits, the sum for an area) and
admission (`admission`: proposals of matters and forms, three separate reviews, the decision).
Never holds: what a worker did, when, or where; a figure about fewer than five workers; residents.
Reviewed by: staff council and the county's admission review; minutes and shares are data (`data/ceiling.toml`).
"""
