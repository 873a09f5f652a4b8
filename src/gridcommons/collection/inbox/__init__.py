"""Inbox: what phones send, stored as it came before it is answered, understood afterwards, never lost.

Holds: each submission with its bytes and attachments, how it stands (received, understood, held, set aside), why it is
held, corrections beside what was sent, the answers once they are understood.
Never holds: a phone's clock as a moment of work, a picture with its metadata, a submission that was acknowledged and
is gone, a correction without its hand and reason.
Reviewed by: the owner of collection and data protection.
"""
