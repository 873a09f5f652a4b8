"""Cases: one reported matter from the report to its verified closure.

Holds: the seven steps as a transition table with separated duties (finder, filer, dispatcher, handler, verifier,
reporter), routing over departments and levels, the clock of a case, its steps, evidence and photos, what the
resident says at the end.
Never holds: who may enter the grid (matters), identity or contacts of a person (people), pages, a score or rank of
a person or worker, a way round the separation of duties.
The handler never closes its own case: the table says it, the rules enforce it, a walk over all casts proves it.
Reviewed by: case supervision and architecture; the table by the county's supervision centre as well.
"""
