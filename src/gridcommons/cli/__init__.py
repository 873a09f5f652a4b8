"""The command line: thin doors to everything below, and the launching of the program itself.

Holds: the `gridcommons` command, the PostgreSQL launcher, the supervisor of web, worker
and sealer, backup and restore.
Never holds: decisions, tables, pages; a door reads its input, calls one function of the
part the thing belongs to, and prints what came back.
Reviewed by: operations.
"""
