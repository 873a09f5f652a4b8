"""Outlines: layers of boundaries that are handed in, looked at, adopted by a second officer, and put back.

Holds: drafts as they were read, converted and mended; every finding with its place and, where a person has to decide,
the answer; what each area's outline would become; the outlines that were replaced, with their dates. What open work
lies elsewhere by a new outline is asked of the parts above through a registry (`touching`): numbers only.
Never holds: a person, a case, a code that is given anew: an outline never makes, ends or renames an area
(`reorganising` does), and records keep the codes they were made under.
Reviewed by: territory and surveying.
"""
