"""What a stage gets back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialog.entities import ModelStage, Operation, RegistryMove
from trialog.registry.rollback import former_occupants

PRODUCTION, ARCHIVED = ModelStage.PRODUCTION, ModelStage.ARCHIVED


def move(
    version: int,
    before: ModelStage | None,
    after: ModelStage | None,
    operation: Operation = Operation.PROMOTE,
) -> RegistryMove:
    return RegistryMove(0, 0, "m", version, None, before, after, None, 0, "anybody", operation, None, None)


class Stage:
    """Production of one model, as promotions, rollbacks and deletions change it."""

    def __init__(self) -> None:
        self.moves: list[RegistryMove] = []
        self.present: list[int] = []

    def promote(self, version: int, operation: Operation = Operation.PROMOTE) -> None:
        if version not in self.present:
            self.moves.append(move(version, ModelStage.NONE, PRODUCTION, operation))
        for other in self.present:
            if other != version:
                self.moves.append(move(other, PRODUCTION, ARCHIVED, operation))
        self.present = [version]

    def add(self, version: int) -> None:
        self.moves.append(move(version, ModelStage.NONE, PRODUCTION, Operation.TRANSITION))
        self.present.append(version)

    def leave(self, version: int, after: ModelStage | None = ARCHIVED) -> None:
        operation = Operation.DELETE if after is None else Operation.TRANSITION
        self.moves.append(move(version, PRODUCTION, after, operation))
        self.present.remove(version)

    def candidates(self) -> list[int]:
        return former_occupants(self.moves, PRODUCTION, self.present)

    def roll_back(self) -> int:
        version = self.candidates()[0]
        self.promote(version, Operation.ROLLBACK)
        return version


def promoted(*versions: int) -> Stage:
    stage = Stage()
    for version in versions:
        stage.promote(version)
    return stage


def test_rolling_back_twice_goes_further_back_and_not_forth() -> None:
    stage = promoted(1, 2, 3)
    assert [stage.roll_back(), stage.roll_back()] == [2, 1]
    assert stage.candidates() == []


def test_a_promotion_after_a_rollback_goes_on_from_there() -> None:
    stage = promoted(1, 2)
    stage.roll_back()
    stage.promote(3)
    # 2 was found bad, and is not what 3 took the place of.
    assert stage.candidates() == [1]


def test_a_version_that_came_twice_is_passed_twice() -> None:
    stage = promoted(1, 2, 1)
    assert [stage.roll_back(), stage.roll_back()] == [2, 1]


def test_an_empty_stage_gets_its_last_occupant_back() -> None:
    stage = promoted(1, 2)
    stage.leave(2)
    assert [stage.roll_back(), stage.roll_back()] == [2, 1]


def test_what_was_deleted_is_passed_over() -> None:
    stage = promoted(1, 2, 3)
    stage.leave(3, None)
    assert stage.candidates() == [2, 1]
    stage.promote(4)
    assert stage.candidates() == [2, 1]


def test_of_two_in_the_stage_the_one_that_came_last_is_taken_out() -> None:
    stage = promoted(1, 3)
    stage.add(4)
    assert stage.candidates() == [3, 1]
    stage.roll_back()
    assert stage.present == [3]


def test_the_first_in_a_stage_has_nothing_before_it() -> None:
    assert promoted(1).candidates() == []
    assert Stage().candidates() == []


def test_a_version_without_history_stands_above_all_that_have_one() -> None:
    stage = promoted(1, 2)
    stage.present = [7]
    assert stage.candidates() == [2, 1]


@pytest.mark.parametrize("moved_again", [1, 2, 3])
def test_promoting_what_is_there_changes_nothing(moved_again: int) -> None:
    stage = promoted(*range(1, moved_again + 1))
    before = stage.candidates()
    stage.promote(moved_again)
    assert stage.candidates() == before


@given(st.lists(st.integers(1, 5), min_size=1, max_size=20), st.integers(0, 20))
def test_rollbacks_after_promotions_are_a_stack(versions: list[int], rollbacks: int) -> None:
    stage = promoted(*versions)
    stack = [version for place, version in enumerate(versions) if place == 0 or versions[place - 1] != version]
    for _ in range(rollbacks):
        if not stage.candidates():
            break
        # A repeated version in between is one and the same place to return to.
        current = stack.pop()
        while stack[-1] == current:
            stack.pop()
        assert stage.roll_back() == stack[-1]
    if len(stack) == 1:
        assert stage.candidates() == []
