"""Handouts: exports of personal data, made once for one person after a second person confirmed.

Holds: who asked for which export and why, the filter it is bound to, who of another office confirmed,
when it was taken; the limits (data/handout.toml, owner: data protection).
Never holds: the content, which is read by a look when it is taken and lies nowhere afterwards; a way
for one person alone; a second taking.
Reviewed by: security and data protection.
"""
