"""One timer for all waits of a connection."""

import asyncio

from gateway.ports.wait import Wait


async def test_wait_ends_when_it_is_woken() -> None:
    """True says that something came."""
    wait = Wait()
    asyncio.get_running_loop().call_soon(wait.wake)

    assert await wait.within(60)
    wait.close()


async def test_wait_ends_when_its_time_is_up() -> None:
    """Also where an earlier wait was allowed to take longer, or shorter."""
    wait = Wait()
    asyncio.get_running_loop().call_soon(wait.wake)

    ends = [await wait.within(60), await wait.within(0.02), await wait.within(0.01), await wait.within(0)]

    assert ends == [True, False, False, False]
    wait.close()


async def test_timer_of_an_earlier_wait_ends_no_later_one() -> None:
    """It rings, finds that there is time left, and sets itself anew."""
    wait = Wait()
    loop = asyncio.get_running_loop()
    loop.call_soon(wait.wake)
    await wait.within(0.01)
    loop.call_later(0.05, wait.wake)

    assert await wait.within(60)
    wait.close()


async def test_wake_without_a_wait_is_forgotten() -> None:
    """What came before is for whoever waits to look at first."""
    wait = Wait()
    wait.wake()

    assert not await wait.within(0.01)
    wait.close()
    wait.close()
    wait.wake()


async def test_cancelled_wait_leaves_the_next_one_alone() -> None:
    """A job that is given up does not break the connection's clock."""
    wait = Wait()
    waiting = asyncio.create_task(wait.within(60))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    asyncio.get_running_loop().call_soon(wait.wake)

    assert waiting.cancelled()
    assert await wait.within(60)
    wait.close()
