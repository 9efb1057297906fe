"""The API for programs that take files back: a mailbox that marks a mail as spam, a desk, a script.

`callers` says who may; `app` has the routes. It does what `postern files` does, and the caller's name goes
into the audit log.
"""
