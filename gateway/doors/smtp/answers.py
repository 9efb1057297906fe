"""What the door says besides the catalogue: positive replies, and how the next hop's own are passed on."""

from collections.abc import Sequence

from gateway.doors.ids import with_id
from gateway.model.reply import NEXT_HOP_DOWN, Reply

SENDER_OK = Reply(250, "1.0", ("sender accepted for now",))
OK = Reply(250, "0.0", ("OK",))
PRDR_BEGINS = Reply(353, "", ("each recipient is answered now",))
"""Before the replies of PRDR (draft-hall-prdr section 3)."""
START_INPUT = Reply(354, "", ("end data with <CR><LF>.<CR><LF>",))
MESSAGE_ANSWERED = Reply(250, "0.0", ("each recipient was answered",))
BYE = Reply(221, "0.0", ("bye",))
CANNOT_VERIFY = Reply(252, "5.0", ("send the message, and the recipient's server will tell",))
HELP = Reply(214, "0.0", ("see RFC 5321",))
UNDEFINED = "0.0"
"""Other or undefined status (RFC 3463 section 3.1)."""


def chunk_taken(size: int) -> Reply:
    """Return the reply to a chunk that is not the last (RFC 3030 section 2)."""
    return Reply(250, "0.0", (f"{size} octets received",))


def passed_on(reply: Reply, message_id: str) -> Reply:
    """Return the next hop's reply as the client gets it: as it is, with our id, never better.

    421 announces the end of *its* connection, not of ours: the client gets 451 and may go on. 3xx is no answer
    to MAIL, RCPT or a message. A hop without enhanced codes gets the undefined one of its class, because we
    announce them for every reply (RFC 2034 section 4).
    """
    if reply.is_intermediate:
        return NEXT_HOP_DOWN.reply(f"id={message_id}")
    code = 451 if reply.code == 421 else reply.code
    return with_id(Reply(code, reply.detail or UNDEFINED, reply.lines), message_id)


def overall(replies: Sequence[Reply]) -> Reply:
    """Return the last word of PRDR: never worse than the reply to any recipient, because clients take it for all."""
    if any(reply.is_positive for reply in replies):
        return MESSAGE_ANSWERED
    return next((reply for reply in replies if reply.is_transient), replies[0])
