"""Web: what a person or a machine sees of Gridcommons over HTTP.

Holds: pages by audience (public, resident, worker, office, body), machine doors (api, openrosa, open311), settings,
templates and the pieces of the look (Because card, life line, level trail, figure tile, Who looked), and their words
in Chinese and English. The style and scripts are built from `frontend/` into `static/built/`.
Never holds: a table, a rule, a write that is not an action of some part, a query of its own, a figure without its
denominator, a script or style written into a page.
Two doors lead here: `urls.py` for requests, `templatetags/pieces.py` for templates.
Reviewed by: the look (design and accessibility) and, for personal data on pages, the privacy reviewer.
"""
