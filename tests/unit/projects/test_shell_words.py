"""Values in commands: whatever they hold, they stay values."""

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialog.errors import InvalidParameter
from trialog.projects.shell_words import CommandTemplate, quoted

HOSTILE = (
    "$(touch pwned)",
    "`touch pwned`",
    "; touch pwned",
    "' ; touch pwned; '",
    '" ; touch pwned; "',
    "a\ntouch pwned\n",
    "&& touch pwned",
    "| touch pwned",
    "> pwned",
    "\\",
    "a[$(touch pwned)]",
    "\\'; touch pwned; #",
    "EOF\ntouch pwned",
)
needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine")


def filled(command: str, **values: str) -> str:
    return CommandTemplate(command, "the entry point 'main'", is_windows=False).fill(values, {})


def output_of(command: str, folder: Path) -> str:
    done = subprocess.run(["bash", "-c", command], capture_output=True, cwd=folder, check=False)
    return done.stdout.decode(errors="surrogateescape")


@needs_bash
@settings(max_examples=40)
@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), st.text("'\"\\$`!;&|<>()[]{}*?~# \n")
)
def test_a_value_reaches_the_program_as_it_is(first: str, second: str) -> None:
    command = CommandTemplate("printf '%s|' {a} x{b}", "main", is_windows=False)
    assert (
        output_of(command.fill({"a": first, "b": second}, {"c": second}), Path.cwd())
        == f"{first}|x{second}|--c|{second}|"
    )


@needs_bash
@pytest.mark.parametrize(
    "command",
    [
        "printf %s {x}",
        "printf %s '{x}'",
        'printf %s "{x}"',
        "printf %s \"a'{x}'\"",
        "printf %s $({{ printf %s {x}; }})",
        'printf %s "$(printf %s {x})"',
        "printf %s `printf %s {x}`",
        "printf %s $'{x}'",
        "printf %s ${x}",
        "printf %s \\{x}",
        "cat <<EOF\n{x}\nEOF",
        "cat <<'EOF'\n{x}\nEOF",
        "bash -c 'printf %s {x}'",
        'bash -lc "printf %s {x}"',
        "bash -e -c {x}",
        "eval printf %s {x}",
        "printf %s $(( {x} ))",
        "(( {x} > 1 ))",
        "[[ {x} -eq 1 ]]",
        "[ -v {x} ]",
        "true # it's {x}\nprintf %s {x} #'",
        "python3 -c 'print(\"{x}\")'",
        "declare -i n={x}",
        "xargs -I_ printf _ {x} </dev/null",
        'printf %s "${{HOME:-{x}}}"',
        "printf %s ${{NOTHING:-{x}}}",
        'a={x}; printf %s "$a"',
        'a={x}; printf %s "${{!a}}"',
        "printf %s $[ {x} ]",
        "a[{x}]=1",
        "printf %s ${{BASH:{x}}}",
        "printf %s ${{a[{x}]}}",
        "printf -v {x} %s 1",
        "echo 1 | (read -r {x})",
        "mapfile {x} </dev/null",
        "compgen -W {x}",
        "OPTIND={x}",
        "BASH_ENV={x} bash -s </dev/null",
        "PS4={x}; set -x; true",
    ],
)
def test_no_value_makes_a_shell_run_something(command: str, tmp_path: Path) -> None:
    template = CommandTemplate(command, "main", is_windows=False)
    for value in HOSTILE:
        for extra in ({}, {"y": value}):
            # What cannot be written safely is refused.
            with suppress(InvalidParameter):
                output_of(template.fill({"x": value}, extra), tmp_path)
        assert not (tmp_path / "pwned").exists(), value


def test_a_command_may_read_and_expand_elsewhere_than_where_a_value_stands() -> None:
    for command in ("cat {x} | while read line; do wait; done", "ls data[0-9] {x} ${{HOME}}", "a.py --read {x}"):
        assert "'$(id)'" in filled(command, x="$(id)")


def test_what_is_harmless_can_stand_within_quotes() -> None:
    assert filled("echo '{x}' \"{y}\"", x="a b", y="1e-3") == "echo 'a b' \"1e-3\""
    assert filled("bash -c 'python a.py {x}'", x="0.5") == "bash -c 'python a.py 0.5'"


def test_the_sentence_names_parameter_place_and_way_out() -> None:
    with pytest.raises(
        InvalidParameter, match=r"'x' was not put into.*the entry point 'main'.*without quotes"
    ) as raised:
        filled("echo '{x}'", x="$(id)")
    assert raised.value.code == "project.parameter_unsafe"


def test_doubled_braces_are_braces() -> None:
    assert filled("echo ${{HOME}} {{}} {x}", x="1") == "echo ${HOME} {} 1"


def test_names_that_are_unknown_are_added_at_the_end() -> None:
    template = CommandTemplate("python a.py {x}", "main", is_windows=False)
    assert template.fill({"x": "1"}, {"y z": "a b", "q": ""}) == "python a.py 1 --'y z' 'a b' --q ''"


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("echo {x", "braces do not match"),
        ("echo }", "braces do not match"),
        ("echo {}", "more than the name"),
        ("echo {x.__class__}", "more than the name"),
        ("echo {x[0]}", "more than the name"),
        ("echo {x!r}", "more than the name"),
        ("echo {x:>9}", "more than the name"),
        ("echo ${HOME}", "names no parameter"),
        ("echo 'a", "quote in it is not closed"),
    ],
)
def test_a_command_that_is_none_is_told(command: str, fault: str) -> None:
    with pytest.raises(InvalidParameter, match=fault) as raised:
        filled(command, x="1")
    assert raised.value.code == "project.file_invalid"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("plain-1.5", "plain-1.5"),
        (r"C:\data\a.csv", r"C:\data\a.csv"),
        ("a b", '"a b"'),
        ("a & del *", '"a & del *"'),
        ('say "hi" & del *', '"say ""hi"" & del *"'),
        (r"a\"b", r'"a\\""b"'),
        ("a b\\", '"a b\\\\"'),
        ("%PATH%", '""^%"PATH"^%""'),
        ("", '""'),
    ],
)
def test_words_of_windows(text: str, word: str) -> None:
    assert quoted(text, "the value", is_windows=True) == word


@pytest.mark.parametrize(("text", "is_windows"), [("a\0b", False), ("a\0b", True), ("a\nb", True)])
def test_what_no_command_can_hold_is_told(text: str, is_windows: bool) -> None:
    with pytest.raises(InvalidParameter, match="characters that no command can hold"):
        quoted(text, "the value", is_windows=is_windows)


def test_quotes_in_a_command_of_windows() -> None:
    template = CommandTemplate('python "{x}"', "main", is_windows=True)
    assert template.fill({"x": "a b"}, {}) == 'python "a b"'
    with pytest.raises(InvalidParameter, match="stands within quotes"):
        template.fill({"x": "%PATH%"}, {})
