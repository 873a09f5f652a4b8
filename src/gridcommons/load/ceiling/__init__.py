"""The ceiling of load: how much working time there is for admitted matters, and how much they take.

Holds: pure sums (`rules`), their policy (`policy`), and what they are made of as it stands (`standing`): posts held,
households, matters in force, admitted forms. No tables.
Never holds: what a worker did; a figure about fewer than five workers leaves it.
Reviewed by: staff council.
"""
