"""Complaints about a worker, a post or an office, heard by a reviewer who is independent of them.

Holds: the complaint with its words sealed, its way from receipt to a reasoned answer and to a second instance, the
questions that the subject's office was asked with the complainant's leave, figures of quarters that have ended.
Never holds: a link to a worker's account or to a case, a list or figure about a person, anything that the subject,
their office, the offices in command over it, a county officer, an auditor or a generic job of the program could read.
Not even a row's history is kept: it would outlive the row.
Reviewed by: data protection and the independent review offices; the policy file by the county's assembly as well.
"""
