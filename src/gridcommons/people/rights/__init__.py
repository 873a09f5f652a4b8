"""Rights: what a resident can ask of what is held about them, and who may act for them.

Holds: the registry by which every part tells, corrects, holds back and erases what it keeps of a person; requests
that the desk has to look at, with the day of the answer; private logins that hold a person's key, handed out by the
township's desk; guardians of children until they come of age.
Never holds: what is held itself (each part keeps its own); a request of somebody who was erased; a copy of a paper
by which somebody proved who they are.
Reviewed by: data protection.
"""
