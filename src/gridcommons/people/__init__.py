"""People: persons, households and dwellings, the only home of identity.

Holds: the rules of identity (citizen numbers, phones, e-mail addresses), the envelope around contact data
and the folder of its keys, pseudonyms by purpose, and the generator of synthetic residents (fitted to
official marginals) with their names and addresses.
Never holds: a score or property of a person's worth, anything that charter 2 bars, a real person in demo or test data.
Pure: `population`, `assembly`, `fitting`, `official`, `names`, `identity`, `crypto` take values, seed and date as
arguments; only `keyfolder` touches a disk.
Reviewed by: data protection.
"""
