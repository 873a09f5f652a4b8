"""Reading of cases beyond the ordinary: through a glass that two persons opened, as an export with words.

Holds: finding a case by the number that was opened; the lines of an export with words; telling the
reporters whose cases were read in these ways, and the officers, auditors and second persons.
Never holds: contacts of reporters; complaints and mediations (only their parties come to them); tables.
Reviewed by: security and data protection.
"""
