"""Collection: the workers' door. Forms come in here, and what they bring.

Holds: the reading of a form's workbook into questions that the linter of `matters` can judge.
Never holds: an answer that nobody may ask for, a position or a moment of a worker.
Reviewed by: the county's admission review and data protection.
"""
