"""Access: who may do what, where, for which purpose and how long; and the proof of what was done.

Holds: users, offices, grants (role x areas x purposes x time), the deed and look decorators,
the scope that row-level security enforces, the Merkle ledger with its sealer and signed checkpoints.
Never holds: anything about residents; readable personal data in a ledger row; a role that
passes every check; area names (a grant holds codes, not foreign keys).
Reviewed by: security and data protection.
"""
