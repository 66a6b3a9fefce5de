"""How each service is made of what it needs, by area; `app.services` is the table of contents.

Imports stand inside the functions: a service's code is loaded when it is first asked for.
"""
