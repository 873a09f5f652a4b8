"""A county that lives through some days: the requests it receives and when, and what becomes of each.

Holds: the extract of real service requests (facts only), its mapping to matters with a measured score, our own
report texts in two languages, the replay plan drawn from them by a seed, and the demo county: real divisions with
invented residents, grids, offices and staff, built through the same deeds that people use.
Never holds: sentences, street addresses, names or telephone numbers from the sources; anything about a real person;
any decision about a case (the plan says what actors will do, the parts below decide).
Everything in `extract`, `convert`, `mapping`, `score`, `texts`, `behaviour` and `plan` is pure: no Django, no clock.
Reviewed by: the office that owns the demo, and the data-protection officer for every change to `data/`.
"""
