"""Territory: levels, areas, grids, their boundaries and their history; finding the grid of a place.

Holds: the divisions of Zhejiang as published (with their source), the county polygons, synthetic
cells below a county, `locate`, and the rules on codes and positions.
Never holds: persons, households, cases, or any attribute of those who live in an area. A polygon
below the county is invented and says so in its data; it is no statement about a real border.
Reading starts at `divisions` (the list of areas), `cells` (the invented geometry) and `locating`.
Reviewed by: territory and surveying.
"""
