"""The short form of `make soak`, and that its comparison notices what it is for."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from tests.e2e.rest import RestClient
from tests.postgresql import new_database
from tests.servers import start_trialog
from tests.soak.check import wrong_histories, wrong_runs, wrong_summaries
from tests.soak.journal import Journal, Points
from tests.soak.soak import Plan, soak
from trialog.store.double_keys import to_key


class Nobody:
    """Does not look."""

    def show(self, phase: str, done: float, total: float) -> None:
        """See `Watching.show`."""


def test_many_writers_lose_nothing_while_the_server_is_killed(tmp_path: Path) -> None:
    plan = Plan(f"sqlite:///{(tmp_path / 'x.db').as_posix()}", writers=16, seconds=8, kills=2)

    outcome = soak(plan, tmp_path, Nobody(), threading.Event())

    assert outcome.faults == []
    assert outcome.kills == 2
    assert outcome.outages["connection lost"] > 0
    assert outcome.chunks > 0
    assert outcome.rows > 0
    assert len(outcome.requests) > 16


def test_three_servers_over_one_postgresql_lose_nothing_while_one_is_killed(tmp_path: Path) -> None:
    with new_database() as uri:
        plan = Plan(uri, writers=9, seconds=4, kills=1, servers=3)

        outcome = soak(plan, tmp_path, Nobody(), threading.Event())

    assert outcome.faults == []
    assert outcome.kills == 1
    assert outcome.outages["connection lost"] > 0
    assert len(outcome.requests) > 9


def test_the_comparison_notices_what_is_lost_invented_or_wrong(tmp_path: Path) -> None:
    with start_trialog(tmp_path) as server, RestClient(server.url) as rest:
        run_id = rest.create_run()
        journal = Journal(statuses={run_id: "RUNNING"})
        points = journal.points[run_id, "m"] = Points()
        for step in range(3):
            rest.log_metric(run_id, "m", step / 4, step=step)
            points.add([(step, step, to_key(step / 4))])

        def found(journal: Journal) -> list[str]:
            return [*wrong_histories(rest, [journal], lambda _done, _total: None), *wrong_runs(rest, [journal])]

        assert found(journal) == []
        less = Journal(points={(run_id, "m"): Points()}, statuses={run_id: "FINISHED"})
        less.points[run_id, "m"].add([(0, 0, to_key(0.0)), (7, 7, to_key(7.0))])
        less.note_texts(run_id, {"never": "logged"}, {})
        assert [text.partition(": ")[2] for text in found(less)] == [
            f"1 of 2 acknowledged points are lost, such as (7, 7, {to_key(7.0)})",
            f"2 points were never sent, such as (1, 1, {to_key(0.25)})",
            "its status is RUNNING",
            "params 'never' is None, not 'logged'",
        ]
    file = tmp_path / "trialog.db"
    uri = f"sqlite:///{file.as_posix()}"
    assert list(wrong_summaries(uri, [journal])) == []
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE trialog_series SET count = 4, max_step = 9")
    wrong = "\n".join(wrong_summaries(uri, [journal]))
    assert "its count is 4, not 3" in wrong
    assert "its max is at no step where it was logged" in wrong
    assert "series (1, 4, 0, 3, 0)" in wrong
