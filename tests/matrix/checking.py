"""Holds what came of each model against what was to be expected."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from tests.matrix.environments import TRIALOG
from tests.matrix.exceptions import EXEMPT, Exempt, exempt_of
from tests.matrix.flavors import CASES, EXAMPLE_ROWS, INFERRED, Case

# What is computed in another process, by another release of a library.
_CLOSE: Final = 1e-6
_CASES: Final = {case.name: case for case in CASES}
Told = Mapping[str, Any]
"""What a program tells of a model that it saved or loaded."""


@dataclass
class Way:
    """What came of one case from one program to another.

    Attributes:
        loads: How many loads went well.
        exempt: Why it cannot go.
        faults: What is wrong, in words.
    """

    loads: int = 0
    exempt: list[Exempt] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


Ways = Mapping[tuple[str, str, str], Way]
"""By the name of a case, what saved it and what loaded it."""


def check(saved: Mapping[str, Iterable[Told]], loaded: Mapping[tuple[str, str], Iterable[Told]]) -> Ways:
    """Return what came of every case.

    Args:
        saved: What each program tells of what it saved.
        loaded: What each program, the second, tells of what another, the first, saved.
    """
    ways: dict[tuple[str, str, str], Way] = defaultdict(Way)
    for (source, target), found in loaded.items():
        places = {place: one for one in saved[source] for place in one.get("places", ())}
        for one in saved[source]:
            _check_saved(ways[one["case"], source, target], one, source)
        for one in found:
            _check_loaded(ways[one["case"], source, target], one, places[one["place"]], target)
    _check_signatures(saved, ways)
    return ways


def _check_saved(way: Way, told: Told, program: str) -> None:
    _check_end(way, told, exempt_of(told["case"], program, "save"), f"saved by {program}, signature {told['mode']}")


def _check_loaded(way: Way, told: Told, saved: Told, program: str) -> None:
    where = f"{told['place']} loaded by {program} as {told['by']}, signature {told['mode']}"
    exempt = exempt_of(told["case"], program, "load", told["by"], told["place"])
    if not _check_end(way, told, exempt, where):
        return
    wrong = list(_differences(_CASES[told["case"]], told, saved, program))
    way.faults += [f"{where}: {one}" for one in wrong]
    way.loads += not wrong


def _check_end(way: Way, told: Told, exempt: Exempt | None, where: str) -> bool:
    """Tell whether it ended well, and was to."""
    error = told.get("error")
    if exempt is None:
        if error is not None:
            way.faults.append(f"{where}: {error}")
        return error is None
    if exempt not in way.exempt:
        way.exempt.append(exempt)
    if error is None:
        way.faults.append(f"{where}: it went well, though it is listed as what cannot go")
    elif exempt.says not in error:
        way.faults.append(f"{where}: it ended otherwise than is listed: {error}")
    return False


def _differences(case: Case, told: Told, saved: Told, program: str) -> Iterable[str]:
    if not _is_same(told["predictions"], saved["expected"]):
        yield f"it predicts {told['predictions']} and not {saved['expected']}"
    if program == TRIALOG and told.get("asks", False) == case.is_safe:
        yield "it asks for consent" if case.is_safe else "it runs code without consent"
    if told["by"] != "pyfunc":
        return
    if told["signature"] != saved["signature"]:
        yield f"its signature is {told['signature']} and not {saved['signature']}"
    if told["mode"] == INFERRED:
        example = np.asarray(case.data)[:EXAMPLE_ROWS].tolist()
        if not _is_same(told["example"], example):
            yield f"its input example is {told['example']} and not {example}"


def _is_same(found: Any, expected: Any) -> bool:
    one, other = np.asarray(found), np.asarray(expected)
    if one.dtype.kind not in "iufb":
        return bool(found == expected)
    return one.shape == other.shape and np.allclose(one, other, rtol=_CLOSE, atol=_CLOSE)


def _check_signatures(saved: Mapping[str, Iterable[Told]], ways: Ways) -> None:
    """Both find out the same signature from the same example."""
    signatures = {
        (one["case"], one["mode"], program): one["signature"]
        for program, models in saved.items()
        for one in models
        if "error" not in one and not one["places"][0].startswith(("runs:", "models:"))
    }
    for (case, mode, program), signature in signatures.items():
        own = signatures.get((case, mode, TRIALOG), signature)
        # Trialog finds out some that MLflow does not, such as those of ONNX.
        if signature is not None and own != signature:
            fault = f"signature {mode}: {TRIALOG} writes {own}, MLflow {program} writes {signature}"
            ways[case, program, TRIALOG].faults.append(fault)


def unused_exempt(ways: Ways) -> list[Exempt]:
    """Return what is listed as impossible and was not met with."""
    met = [one for way in ways.values() for one in way.exempt]
    return [one for one in EXEMPT if one not in met]
