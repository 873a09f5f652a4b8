"""Reorganising: plans by which areas are renamed, moved, merged, divided, given another code or dissolved.

Holds: plans with their changes, who proposed, reviewed and adopted them; what a change does to every area below it
(`rules`, pure); whom it touches (a registry that the parts above fill at start); the switch on the day; the hand-over
lists with their receipts; the difference of two editions and how it becomes a plan.
Never holds: a person, a case, or a copy of either: hand-over lists are numbers by area, the things themselves keep
the code they were made under and are found through the lineage.
Reviewed by: territory and surveying.
"""
