"""Notices: what the program tells people, written in the same transaction as the deed it tells of.

Holds: the outbox, the channels (in the program; e-mail and SMS as files in the demo), the texts in
two languages, the state of each delivery.
Never holds: an address of its own (it asks `people` at delivery), a notice without a reason to be sent.
Reviewed by: service to residents.
"""
