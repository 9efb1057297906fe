"""The files service: the page before a download, and the download, on the attachment domains.

Read in this order: `access` (what a request may have), `app` (the answers), `pages` and `languages` (what people see),
`download`, `ranges` and `names` (the bytes and their header fields), `recovery` (asking for a file that is gone),
`rates` (how often), `connections` (how long).
"""
