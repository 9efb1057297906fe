"""Floor 7: putting it together.

Settings and processes. Read in this order: settings (every key), config (a file becomes Settings), wiring
(Settings become Services; the only place that names adapters), supervisor, worker, monitor. The supervisor
is plain and synchronous and forks; a worker owns an event loop; the monitor owns threads.
"""
