"""Floor 2: what SPF, DKIM, ARC and DMARC say of a message, and how it is sealed; pure.

DNS answers are passed in: what is not known yet is asked for, and the same function runs again. Private keys
never come here; what a seal has to sign leaves as bytes. Nothing raises on content.

Read in this order: answers (DNS as data), tags, canonical, head (the fields), keys, signature (one of DKIM or
ARC), dkim, arc, spf, author and dmarc, verify (all of it); then results (the field on top), seal and signing. A
child of the sandbox is asked by errands, and run does them.
"""
