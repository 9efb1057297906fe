"""Mixed traffic with kills for a set time, and one line at the end that says what became of it.

`hop` is the next hop, a process that can be killed; `mails` what is sent; `sender` sends it and never gives up;
`faults` breaks things; `__main__` counts.
"""
