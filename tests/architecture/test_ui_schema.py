"""The web page knows the API as it is."""

from scripts.ui_schema import FILE, schema


def test_types_of_the_page_are_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == schema(), "`python -m scripts.ui_schema` writes it anew"
