"""Devices: the keys by which workers' phones speak to the program, one for each phone.

Holds: whose key it is, who made it, the day it was last used, when and why it was withdrawn; of the key itself the
hash alone.
Never holds: a readable key, a moment or a place of use, a phone's number or identity, more rights than the worker's
own grant has today.
Reviewed by: security and the staff council.
"""
