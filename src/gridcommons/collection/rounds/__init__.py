"""Visits that come again: which households are called on every so many days, for an admitted matter and by its form.

Holds: the rule (matter, form, area, which households by what is known of homes, every how many days, until when).
Never holds: a household or a list of them: who is due is reckoned from visits, facts and wishes when it is asked.
A convenience begins with the household's word that it wants it, and any household may end it for itself.
Reviewed by: the county's grid centre, the staff council, data protection.
"""
