"""Facts: what is known of a dwelling, a household or a person, asked once, confirmed later, forgotten in time.

Holds: the list of fact keys (data/fact_keys.toml of the part, owner: data protection), facts with value, source,
day, end and purpose, values that lie sealed, objections, and what was said before for a year.
Never holds: a key that is not on the list; a subject that charter 2 bars; a value for the eyes of a resident to whom
it was not told by themselves; a fact past its time; who lives where (`people.homes`).
Reviewed by: data protection.
"""
