"""Concerns: what people say without asking for anything, gathered by week, place and subject, and answered in public.

Holds: the masked words until their time is over; weekly digests of numbers by village and subject; the office's own
summary and its published answer; sealed wishes to be told, which know a township and a week and nothing else.
Never holds: who said something, when in the week, through which door or by which worker; an account is refused. What
was said is read by the office, never sorted, scored or quoted. Nobody's saying or silence is counted anywhere.
Reviewed by: data protection and a residents' body.
"""
