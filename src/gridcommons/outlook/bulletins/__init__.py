"""Bulletins: a page a day that tells a leader in two minutes how an area stands, in Chinese and English.

Holds: each bulletin as it was made, its sheet of words and figures, the PDF in both languages, and their hashes.
Never holds: a person; a small figure that publication would hide, whoever reads it, for a bulletin is handed on; a
decision. What is not known is said on the same page.
Reviewed by: the county's leading office and statistics.
"""
