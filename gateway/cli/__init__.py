"""Floor 8: the `postern` command; thin, each command is one call into the floors below.

Modules are imported when their command runs, so that `postern --help` answers at once. Whatever comes from
a message is shown through `app.escape.visible`.
"""
