"""Kit: pure helpers that every part may use.

Holds: area codes, the working calendar, ids, the clock type, refusals, verdicts,
masking of text, the Merkle tree.
Never holds: tables, Django, the current time, anything that knows what a case is.
A thing comes here when it is pure and needed by three parts.
Reviewed by: architecture.
"""
