"""Matters: what may enter the grid, and whose it is.

Holds: the catalogue of admitted matters as data (class, legal basis, purpose, owner, minutes,
deadlines, routes, review date), the list of what is never admitted, the way to a residents' body for
what is residents' own, and the words that charter 2 bars, in Chinese and English.
Never holds: cases, persons, answers to a form, or a number about a worker.
A change of the lists is a reviewed, dated diff of the files in `data/`; the content hash is the version.
Reviewed by: charter and law.
"""
