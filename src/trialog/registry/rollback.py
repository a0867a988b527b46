"""What was in a stage before what is there now, from the moves of that stage."""

from collections.abc import Collection, Sequence

from trialog.entities import ModelStage, Operation, RegistryMove


def former_occupants(moves: Sequence[RegistryMove], stage: ModelStage, present: Collection[int]) -> list[int]:
    """Return the versions that a stage could get back, the one before the present first.

    The occupants of a stage are a stack: what comes in is put on top, and a rollback takes off all above the version
    it returns to, so that rolling back again goes further back and never forth. What leaves a stage without a
    successor stays in the stack: an empty stage gets its last occupant back. What was deleted is gone for good.

    Args:
        moves: The moves into and out of the stage, the first one first.
        stage: The stage.
        present: The versions in it now.
    """
    stack = _stack(moves, stage)
    top = next((place for place in reversed(range(len(stack))) if stack[place] in present), None)
    if top is not None:
        current = stack[top]
        below = [version for version in reversed(stack[:top]) if version != current]
    else:
        below = [version for version in reversed(stack) if version not in present]
    return list(dict.fromkeys(below))


def _stack(moves: Sequence[RegistryMove], stage: ModelStage) -> list[int]:
    stack: list[int] = []
    for move in moves:
        if move.version is None:
            continue
        if move.operation is Operation.DELETE:
            stack = [version for version in stack if version != move.version]
        elif move.to_stage is not stage:
            continue
        elif move.operation is Operation.ROLLBACK and move.version in stack:
            while stack[-1] != move.version:
                stack.pop()
        elif not stack or stack[-1] != move.version:
            stack.append(move.version)
    return stack
