"""Painting: the five-colour map as the process of an office, from the day's counts to a colour that stands.

Holds: which scheme is in force where and who put it there, what the rules read of each area each day with all that it
rests on, the signatures and refusals of named officers, how each area stood, and the packages of measures.
Never holds: a person, a pass, or anything that either could be made of; a colour that somebody chose. Officers sign
what the rules propose, or refuse it with a reason; nothing turns green for want of a signature or of figures.
Rows are added and never changed: what was shown stays as it was shown.
Reviewed by: the owner of the scheme in force, the county's health officer, and the law office for packages.
"""
