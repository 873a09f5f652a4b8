"""Finding cases by words: who may see a case finds it by what it says, by its address, number or matter.

Holds: lines by area and by office, each with the moment of a case and a signature of its pairs of signs, from which no
words can be read; the searches that somebody keeps for themselves.
Never holds: words of cases, contacts, tracking codes, what was asked for and by whom. A line opens nothing: it stands
behind a wall of its own, and every case it leads to is read through the wall of cases.
Reviewed by: security and data protection.
"""
