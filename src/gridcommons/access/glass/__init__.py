"""Break-glass: reading beyond one's grant in an emergency, for hours, with a second person.

Holds: who asked for which case or area, why and for what; who of another office confirmed; when it
ended; what the auditor answered afterwards; the limits (data/glass.toml, owner: data protection).
Never holds: a way for one person alone; areas above the township; what was read (the ledger has
that); a right to write, to export or to give anything on.
Reviewed by: security and data protection.
"""
