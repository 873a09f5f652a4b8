"""Forms: what workers are asked to ask, written as a spreadsheet, compiled once, published by a deed.

Holds: a form with its matter, area and state; its versions with the workbook as handed in, the XForm as phones get it
(rendered once, stored with its hash), the questions as plain values, the files that belong to it.
Never holds: an answer, a household, a form in use without a matter on the public list, a question about the worker
who fills it in (when they began, where they stand, which phone they hold).
Reviewed by: the owner of collection and data protection.
"""
