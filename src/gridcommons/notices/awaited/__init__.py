"""Telling officers of what waits for them: colours to be signed or reviewed, what needs a second person in outlook;
and those who asked for it of new bulletins.

Holds: who may give the word that is waited for, and the job that tells each of them once.
Never holds: a figure of an area, a reason, a person; tables (what was told is known by the notice).
Reviewed by: the county's health office.
"""
