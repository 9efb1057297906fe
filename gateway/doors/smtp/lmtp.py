"""The same door speaking LMTP (RFC 2033): one reply for each accepted recipient after the message, in their order.

So recipients with different policies or next hops need no further transaction. Only for MTAs of one's own: an
LMTP client has the queue that we have not (section 5: never on port 25).
"""

from collections.abc import Sequence

from gateway.doors.smtp.server import COMMANDS, Command, Server
from gateway.model.errors import GatewayError
from gateway.model.reply import Reply

_GREETINGS = frozenset({"HELO", "EHLO"})


class LmtpServer(Server):
    """One client's commands."""

    is_lmtp = True
    protocol = "LMTP"

    def command(self, verb: str) -> Command | None:
        """Return what does a command: LHLO stands in the place of HELO and EHLO (section 4.1)."""
        if verb in _GREETINGS:
            return None
        return Server.ehlo if verb == "LHLO" else COMMANDS.get(verb)

    def say_outcome(self, replies: Sequence[Reply]) -> None:
        """Say the reply to each recipient."""
        for reply in replies:
            self.say(reply)

    def refuse_message(self, error: GatewayError) -> None:
        """Say it to each recipient; once where there is none (section 4.2)."""
        transaction = self._session.transaction
        for _ in transaction.accepted if transaction and transaction.accepted else [None]:
            self.refuse(error)

    async def _finish(self) -> None:
        try:
            await super()._finish()
        except Exception:
            self._is_over = True  # one reply will be said, and nobody knows for whom
            raise
