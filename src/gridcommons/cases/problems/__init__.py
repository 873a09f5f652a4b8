"""Problems: what comes back again and again, and what offices and bodies do about it together.

Holds: patterns as data; proposals with their reasons and cases; accepted problems with owner, cause, the table of
offices and bodies, meetings, measures, closure and the review after it; their public rows.
Never holds: a person or a household. Matters inside homes are counted by the township alone, from five cases in
several grids on, and their cases are not linked; no problem is about who reported or how often.
Reviewed by: supervision and data protection.
"""
