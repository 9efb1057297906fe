"""The milter door: a site's own MTA (Postfix, Sendmail) has its mail judged, and keeps it (docs/milter.md).

In reading order: `settings` (every bound), `transaction` (a message as the MTA tells of it, rebuilt in the spool),
`session` (one message after the other), `changes` (a new header as actions on the old one), `outlet` (edits as
actions), `judging` (one complete message), `server` (the connection), and `door`, which ties them together.
"""
