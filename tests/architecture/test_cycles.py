"""No module needs itself through others, not even by an import inside a function."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest


def test_imports_go_in_one_direction() -> None:
    graph = grimp.build_graph("trialog", exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(f"these modules import each other: {' -> '.join(reversed(error.args[1]))}")
