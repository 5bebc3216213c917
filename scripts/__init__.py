"""The project's commands (``./dev help``): set-up, running, testing, linting.

Everything here runs on the machine's own Python with nothing but the standard library;
Odoo, pytest and the linters run as child processes from virtual environments below
``.local/``.
"""
