"""Partners: what is typed once goes to departments' own systems, and what they say comes back as steps of the case.

Holds: links (a department's office, a way out, the fields that may leave), agreed on by two persons; the outbox of
events with their receipts and tries; the inbox of what partners send, kept before it is understood; how a case stands
over there; files and photos that leave by a link, pictures that come back; the table of kinds that links carry.
Never holds: a secret (they lie in the key folder), a reporter or a contact, words of a matter inside a home; a step
that the office itself could not take: a partner never closes a case.
Reviewed by: data protection, security and case supervision; the limits and lists by the county's data office.
"""
