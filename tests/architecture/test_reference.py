"""The reference in `docs` says what the code does."""

import re

import pytest

from scripts.reference import PAGES
from scripts.reference.fault_sites import faults
from tests.architecture.code import ROOT

CODE = re.compile(r"[a-z]+(?:_[a-z0-9]+)*\.[a-z]+(?:_[a-z0-9]+)*")


@pytest.mark.parametrize("name", sorted(PAGES))
def test_reference_page_is_up_to_date(name: str) -> None:
    committed = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert committed == PAGES[name](), "`make docs` writes it anew"


def test_error_codes_are_dotted_lower_case() -> None:
    odd = [f"{fault.place} {fault.code}" for fault in faults() if not CODE.fullmatch(fault.code)]
    assert odd == []
