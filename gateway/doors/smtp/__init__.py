"""The SMTP door (RFC 5321). No 2xx after DATA unless the next hop gave one to that very message.

In reading order: `settings` (every bound), `paths` and `parameters` (what clients write), `answers` (what we say),
`transaction`, `session` (one transaction after the other), `reception` (the data), `outlet` (the way out); then, over
aiosmtpd, `incoming`, `wire`, `connection`, `receiving` (DATA and BDAT), `introduced` (who the client is), `server` (the
other commands); `tls`, and `door`, which ties them together.
"""
