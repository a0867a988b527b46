"""The page of the benchmark of serving says what is reached and what is not."""

import math

from benchmarks.servers import Contestant
from benchmarks.serving_page import COMPUTING, FULL_LOAD, HALF_LOAD, IMPORTS, Asked, Figure, Start, page
from benchmarks.wrk import Load

CONTESTANTS = (Contestant("MLflow", "3", ()), Contestant("Trialog", "1", ()))


def figures(asked: Asked, rates: tuple[int, int], p99: float) -> list[Figure]:
    made: list[Figure] = []
    for contestant, rate in zip(CONTESTANTS, rates, strict=True):
        made.append(Figure(asked, contestant.name, FULL_LOAD, Load(rate, 0, 1.0, 1.0, 2.0), 0.5, 100.0))
        made.append(Figure(asked, contestant.name, HALF_LOAD, Load(rate // 2, 0, 1.0, 1.0, p99), 0.5, 100.0))
    made.append(Figure(asked, COMPUTING, HALF_LOAD, Load(rates[1] // 2, 0, 1.0, 0.5, p99 / 2), 0.5, math.nan))
    return made


def test_what_misses_its_aim_is_bold() -> None:
    asked = figures(Asked("a forest", "inputs", 1, 16), (100, 1200), 12.5)
    asked += figures(Asked("a forest", "csv", 100, 16), (100, 250), 3.0)
    starts = [Start("MLflow", 9.0, 200.0), Start("Trialog", 1.5, 100.0), Start(IMPORTS, 1.25, math.nan)]
    text = page([("CPU", "fast")], CONTESTANTS, starts, asked, seconds=2)
    assert "| requests a second, tensors | 10 × MLflow | 12.0 × in the middle, 12.0 × to 12.0 × | yes |" in text
    assert "| requests a second, data frames | 3 × MLflow | **2.5 × in the middle, 2.5 × to 2.5 ×** | **no** |" in text
    assert "| start | 2 s | 1.50 s | yes |" in text
    assert "| p99 at half load, a forest | 10 ms | **7.8 ms in the middle, 12.5 ms at most (inputs, 1 rows)** |" in text
    assert "| inputs | 1 | 50 | 1.00 | 12.50 | 600 | 1.00 | **12.50** | 600 | 0.50 | 6.25 |" in text
    assert "alone | 1.25 |" in text
    assert "| inputs | 1 | 16 | 100 | 1,200 | 12.0 × |" in text
