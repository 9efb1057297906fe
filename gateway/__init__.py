"""Postern: an inbound attachment gateway for mail.

The house has floors; imports only go down (ARCHITECTURE in docs/, checked by import-linter):

* 0 `model`      the nouns: frozen data, standard library only
* 1 `mime`, `filetype`, `wire`, `policy`   pure: bytes to trees, types, protocol events, verdicts
* 2 `unpack`, `edit`   pure: containers to members, verdict to edits
* 3 `examine`    one pure function: raw message -> everything that was found in it
* 4 `ports`      what the core needs from the world, as Protocols
* 5 `pipeline`   the life of one message; `adapters` the world, one module per technology
* 6 `doors`      where mail comes in
* 7 `app`        settings, wiring, processes
* 8 `cli`        the `postern` command

Read `pipeline/process.py` first: it is the whole path of a message on one page.
"""

__version__ = "0.1.0"
