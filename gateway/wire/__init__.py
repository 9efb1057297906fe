"""Floor 1: protocols as state machines, bytes in and events or bytes out; no sockets and no clock.

Receiving: `lines`, `dots` (DATA), `chunks` (BDAT); `proxy_protocol` and `xclient` (who the client is). Sending, in
reading order: `smtp_replies`, `smtp_commands`, `stuffing`, `smtp_client`.
"""
