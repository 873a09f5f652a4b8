"""Cautions: warnings to the public as CAP messages, drafted from a signed colour, a true alarm or by hand.

Holds: each message with its words in both languages, the area, what it rests on, who asked and who issued it, the very
bytes that were published with their signature, and the templates of words.
Never holds: a person; an area finer than a township; a warning of orange or red that no named officer signed.
Messages are added and never changed: an update or a cancellation is a message of its own that names those before it.
Reviewed by: the county's health office, and whoever answers for public warnings there.
"""
