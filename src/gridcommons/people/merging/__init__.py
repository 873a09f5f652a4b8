"""Merging: two rows that stand for one person are found, compared side by side, joined by a person's deed, and parted.

Holds: why two rows may be one person (`rules`), the record of each join with its reason and with what every part
changed, so that it can be put back exactly as long as nothing later stands against it.
Never holds: a name, number or address; where somebody under threat lives; a join that nobody decided: likeness is a
proposal, an equal citizen number too.
Reviewed by: data protection.
"""
