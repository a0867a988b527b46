"""What was in a stage before what is there now, from the moves of that stage."""

from collections.abc import Collection, Sequence

from trialog.entities import ModelStage, Operation, StageMove


def former_occupants(moves: Sequence[StageMove], stage: ModelStage, present: Collection[int]) -> list[int]:
    """Return the versions that a stage could get back, the one before the present first.

    Versions stand in the order in which they last came in. A rollback takes out all above the version it returns to,
    and whoever takes the newest out by hand takes it out here too: neither comes back unless it is promoted again, so
    that rolling back goes further back and never forth. Only where no other is left does an empty stage get back what
    was taken out of it. What was deleted is gone for good.

    Args:
        moves: The moves into and out of the stage, the first one first.
        stage: The stage.
        present: The versions in it now.
    """
    standing: dict[int, None] = {}
    taken_out: int | None = None
    for move in moves:
        if move.operation is Operation.DELETE:
            standing.pop(move.version, None)
            taken_out = None if taken_out == move.version else taken_out
        elif move.to_stage is not stage:
            # What another takes the place of leaves after that one came in, and is not the newest then.
            if standing and next(reversed(standing)) == move.version:
                taken_out, _ = standing.popitem()
        elif move.operation is Operation.ROLLBACK and move.version in standing:
            while next(reversed(standing)) != move.version:
                standing.popitem()
        else:
            standing.pop(move.version, None)
            standing[move.version] = None
    order = list(reversed(standing))
    current = next((place for place, version in enumerate(order) if version in present), -1)
    before = order[current + 1 :]
    return before if before or present or taken_out is None else [taken_out]
