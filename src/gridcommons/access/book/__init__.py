"""The books that an office keeps of itself: the ledger as auditors read it, and who holds which grant.

Holds: counts of deeds and looks by day and township, without persons; the marks of readings that need
telling (through a glass, for an export); checks that were asked for with their results; the last month
in which an account was used.
Never holds: what an entry says (that lies behind the wall of the ledger's details); hours or days of a person.
Reviewed by: security and data protection.
"""
