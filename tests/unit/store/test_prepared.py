from pathlib import Path

from sqlalchemy import BindParameter, Integer, bindparam, func, literal_column, select

from trialog.store.prepared import Prepared
from trialog.store.sqlite import create_sqlite_engine


def number(name: str) -> BindParameter[int]:
    return bindparam(name, type_=Integer)


def run(tmp_path: Path, statement: Prepared, *values: object) -> list[object]:
    with create_sqlite_engine(tmp_path / "x.db").connect() as connection:
        return list(statement.rows(connection, values))


def test_a_parameter_may_stand_in_several_places_and_beside_constants(tmp_path: Path) -> None:
    statement = Prepared(select(number("b") - number("a"), number("b") * 100, number("a") + 7), ["a", "b"])
    assert run(tmp_path, statement, 1, 3) == [(2, 300, 8)]


def test_a_question_mark_in_a_text_is_no_parameter(tmp_path: Path) -> None:
    statement = Prepared(select(literal_column("'?'"), number("b"), func.abs(number("a")), number("b")), ["a", "b"])
    assert run(tmp_path, statement, -1, 3) == [("?", 3, 1, 3)]
