"""Mediation: two parties, somebody without an interest of their own, and nobody else.

Holds: who asked for it and about what kind of thing, both parties' consent each given by themselves, meetings, the
agreement with its dates and how both agreed, what was kept of it, figures of quarters that have ended.
Never holds: a score, a file about a person, a link back to a case, anything that a search, a situation page, an
export, an auditor or a generic job of the program could come to; names, contacts and words lie sealed.
Whoever handled a case of the parties never sees it. All of it is destroyed when its time has come.
Reviewed by: data protection and the county's mediation association.
"""
