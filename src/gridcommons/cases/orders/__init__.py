"""Orders: what an office of a higher level asks of the areas below it, and what they answer.

Holds: an order with its matter, its deadline and what it costs in minutes; the areas it is addressed to, each with its
acknowledgement, its way back with reasons and its return; orders broken down to the next level; a life line.
Never holds: anything about a person (phones, documents and announced names are refused), a task that no admitted matter
covers, a task that only proves that somebody was there, a rank of areas: who has not answered is a list in the order of
areas, shown to the office itself and to the one right above it.
Reviewed by: the county's grid centre and case supervision; the limits by the county's grid centre.
"""
