"""Waiting for what others send, again and again, within time: one future at a time, one timer for all of them.

Connections wait some ten times for each message and nearly always get what they wait for. A timer that is set and
cancelled each time costs more than the wait; this one stays, looks when it rings whether anybody is late, and
otherwise sets itself anew. Nobody waits longer than asked, by more than the clock's tick.
"""

import asyncio


class Wait:
    """Belongs to the running event loop; one at a time waits in it. Whoever makes it closes it."""

    __slots__ = ("_loop", "_rings_at", "_timer", "_turn", "_until")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._turn: asyncio.Future[bool] | None = None
        self._until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = 0.0

    async def within(self, seconds: float) -> bool:
        """Wait for `wake`; return False when the time is up first."""
        self._until = self._loop.time() + seconds
        if self._timer is None or self._until < self._rings_at:
            self._set_timer()
        turn: asyncio.Future[bool] = self._loop.create_future()
        self._turn = turn
        try:
            return await turn
        finally:
            self._turn = None

    def wake(self) -> None:
        """End the wait, if somebody waits."""
        if self._turn is not None and not self._turn.done():
            self._turn.set_result(True)

    def close(self) -> None:
        """Give the timer up; may be called twice."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set_timer(self) -> None:
        self.close()
        self._rings_at = self._until
        self._timer = self._loop.call_at(self._until, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._turn is None or self._turn.done():
            return
        if self._loop.time() < self._until:
            self._set_timer()
        else:
            self._turn.set_result(False)
