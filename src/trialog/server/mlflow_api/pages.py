"""Shaping large answers without keeping other requests waiting."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Item = TypeVar("Item")
Message = TypeVar("Message")

# What is shaped in less time than a hand-over to a thread takes stays where it is.
FEW = 200


async def shape_page(items: list[Item], shape: Callable[[list[Item]], list[Message]]) -> list[Message]:
    """Shape items for an answer, many of them in a thread.

    Args:
        items: What was found.
        shape: Gives the messages for them.
    """
    return shape(items) if len(items) <= FEW else await asyncio.to_thread(shape, items)
