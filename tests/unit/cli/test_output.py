"""What people and programs read."""

import io
import json
import math
from contextlib import redirect_stdout

import pytest
from rich.cells import cell_len

from trialog.cli.output import Band, Output, duration, local_time, number, size


class Terminal(io.StringIO):
    """A text stream that says that somebody sits before it."""

    def isatty(self) -> bool:
        return True


def test_piped_tables_are_aligned_in_every_script(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).table(("Name", "Value"), [("日本語", 1), ("опыт", 2.5), ("\x1b[1m", None)])
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["Name     Value", "日本語   1", "опыт     2.5", r"\x1b[1m"]
    assert [cell_len(line[: line.index(value)]) for line, value in zip(lines, ("V", "1", "2"), strict=False)] == [9] * 3


def test_a_terminal_gets_whole_ids_and_colours_of_its_own_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    run_id = "0123456789abcdef" * 2
    name = "a name of several words that does not fit at all"
    terminal = Terminal()
    with redirect_stdout(terminal):
        output = Output(as_json=False)
        output.table(("Run ID", "Name", "Rating"), [(run_id, name, Band("good")), ("x", "\x1b[31mred", Band("bad"))])
        output.fields({"Name": "[bold]\x1b]0;t\x07", "Nothing": None})
    text = terminal.getvalue()
    assert run_id in text
    assert r"\x1b[31mred" in text
    assert r"[bold]\x1b]0;t\x07" in text
    assert "Nothing" not in text
    assert "\x1b]0" not in text
    assert "\x07" not in text


def test_a_document_is_json_whatever_is_in_it(capfd: pytest.CaptureFixture[str]) -> None:
    content = {"имя": "\x1b[2J\x9b\u202e\x7f\ud83d", "values": [math.nan, math.inf, -math.inf, -0.0, 0.1], "no": None}
    content["имя"] = str(content["имя"]).replace("\ud83d", "")
    Output(as_json=True).document(content)
    text = capfd.readouterr().out
    assert json.loads(text) == {**content, "values": ["NaN", "Infinity", "-Infinity", -0.0, 0.1]}
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "имя" in text


def test_numbers_times_and_sizes_are_as_people_write_them() -> None:
    assert [number(value) for value in (0.1 + 0.2, 1e-9, 123456789.0, math.nan)] == [
        "0.3",
        "1e-09",
        "1.23457e+08",
        "nan",
    ]
    assert local_time(None) is None
    assert (local_time(1795262653492) or "")[:5] == "2026-"
    assert local_time(10**18) == str(10**18)
    assert [duration(0, end) for end in (1500, 61_000, 3_660_000, None)] == ["1.5 s", "1 min 01 s", "1 h 01 min", None]
    assert [size(count) for count in (None, 17, 2048, 5 * 2**20)] == [None, "17 B", "2.0 KiB", "5.0 MiB"]


def test_a_document_writes_out_whatever_a_terminal_would_act_upon(capfd: pytest.CaptureFixture[str]) -> None:
    evil = "\u061c\U000e0041\u200e\u2066\ufeff\xad\x9b"
    Output(as_json=True).document({evil: evil, "kept": "👩\u200d🔬 é"})
    text = capfd.readouterr().out
    assert json.loads(text) == {evil: evil, "kept": "👩\u200d🔬 é"}
    assert not set(evil) & set(text)
    assert "👩\u200d🔬 é" in text


def test_a_long_name_leaves_room_for_the_other_columns(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).table(("Name", "Value"), [("n" * 500, 1), ("日" * 200, 2)])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= 70
    assert [line.count("…") for line in lines] == [0, 1, 1]


def test_a_table_without_rows_says_so_beside_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).table(("Name", "Value"), [], nothing="no runs")
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "(no runs)\n")


def test_a_history_fits_a_usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    terminal = Terminal()
    with redirect_stdout(terminal):
        Output(as_json=False).table(
            ("When", "What", "Version", "Change", "Who", "Why"),
            [
                ("2026-11-21T21:44:32", "promote", 12, "Production -> Archived", "anonymous", "passed all the tests"),
                ("2026-11-21T21:44:32", "set alias", 12, "@champion: 1 -> 2", "anonymous", None),
            ],
        )
    assert max(map(cell_len, terminal.getvalue().splitlines())) <= 80
    assert "2026-11-21T21:44:32" in terminal.getvalue()
