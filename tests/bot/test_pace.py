import asyncio

from bot.pace import Pace


async def test_no_window_holds_more_than_fit_even_after_a_delay() -> None:
    pace = Pace(40)
    loop = asyncio.get_running_loop()
    times = []
    for number in range(100):
        await pace.turn()
        times.append(loop.time())
        if number == 50:
            await asyncio.sleep(0.3)
    assert all(later - first >= 0.99 for first, later in zip(times, times[40:], strict=False))


async def test_a_rest_holds_everybody_who_waits() -> None:
    pace = Pace(1000)
    start = asyncio.get_running_loop().time()
    waiting = asyncio.gather(*(pace.turn() for _ in range(5)))
    pace.rest(0.2)
    await waiting
    assert asyncio.get_running_loop().time() - start >= 0.2


async def test_without_a_limit_nobody_waits() -> None:
    pace = Pace(None)
    start = asyncio.get_running_loop().time()
    for _ in range(1000):
        await pace.turn()
    assert asyncio.get_running_loop().time() - start < 0.5
