"""Admission: how a matter or a form comes into the grid, and how it goes again.

Holds: proposals (the matter's entry, or the workbook with its questions, findings and minutes), the reviews of law,
staff council and data protection, and decisions: pilot, admit, refuse, end. All of it is public, with its history.
Never holds: residents, a key of one; a decision by somebody who proposed or reviewed; a duty that passes the ceiling.
Reviewed by: law, staff council, data protection and the county's admission review.
"""
