"""Campaigns: every household of an area is called on by a date, and seen as households, not as clicks.

Holds: what is to be done, why and by whose law; the public notice with what was objected and reached; how many
households are meant, reached and open in each grid and above, day by day; which grids reported no day and why.
Never holds: a household, a person, a worker. A number of a day's visits is never told of fewer than five workers, no
list is put in any order but that of areas, and whoever declines has reached and is left alone (charter 12, 13).
Reviewed by: the county's grid centre, the staff council, data protection.
"""
