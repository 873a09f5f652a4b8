"""Collection: the workers' door. Forms made once, filled offline, taken in durably, understood afterwards.

Holds: in its rooms the forms with their versions, the keys of workers' phones, the inbox with what was sent as it was
sent, and the visits made of it; here what a form asks (`asking`), what a received form causes (`intake`), where
households come from (`households`) and where facts go (`telling`).
Never holds: a question without an admitted matter behind it, one that is barred, a worker's position or time on the
way, a person's identity (that is `people`), more households on a phone than its worker's grids of today.
Reviewed by: the owner of collection and the staff council.
"""
