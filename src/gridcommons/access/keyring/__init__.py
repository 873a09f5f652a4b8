"""The keyring: what a machine client may do with its key, made and withdrawn by the county officer.

Holds: for each key its areas, whether it may post and send updates, the office in whose name it speaks, how many
calls a minute it has, who made it, and the last day on which it was used.
Never holds: a key in readable form, what was sent with one, at what time of the day it was used (a count lives for its
minute alone), a way for a key to read what is not public or to close what its office handled.
Reviewed by: security and the owner of the machine doors.
"""
