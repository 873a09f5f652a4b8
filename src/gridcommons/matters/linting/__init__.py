"""The form linter: what stands against a form before anybody may be asked its questions.

Holds: what a question is (plain values, whatever file it came from), what counts as known already, the rules (charter
2's words in every text of a form, opaque names, proof that a worker was there, names of persons in free texts, a
missing language, length) and the minutes a form takes at the door.
Never holds: a file, a table, an answer. It reads words and says what it found, at its row.
Reviewed by: charter, law and the county's admission review; words, limits and seconds are data (`data/linting.toml`).
"""
