"""Lake: visits as columns, by day and county, and the counts that they add up to.

Holds: visit facts as Parquet (`grid,date,kind,household,minutes`), plain or in an envelope under a key that the caller
gives; a manifest of each county; daily cubes grid x kind; sums over the levels of the codes; distinct households.
Never holds: a name, an address, an answer, who visited whom; a household is a number that only its county can
resolve; keys; tables of a database; Django. It lies below `access` and asks nobody for leave: who calls it has leave.
Reviewed by: statistics, data protection for what a household's number may be joined with.
"""
