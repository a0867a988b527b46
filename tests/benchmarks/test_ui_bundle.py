"""Sizes of the web page's files."""

from pathlib import Path

from benchmarks.ui_bundle import FileSize, kibi, sizes_of, total


def _write(folder: Path, name: str, count: int) -> None:
    (folder / name).write_bytes(bytes(count))


def test_files_are_told_by_their_packed_sizes_and_without_digests(tmp_path: Path) -> None:
    folder = tmp_path / "assets"
    folder.mkdir()
    _write(folder, "index-C_IpjX-T.js", 9_000)
    _write(folder, "index-C_IpjX-T.js.gz", 3_072)
    _write(folder, "index-C_IpjX-T.js.br", 2_048)
    _write(folder, "small-DNmUb5eM.css", 400)
    _write(folder, "icon.svg", 500)
    sizes = sizes_of(tmp_path)
    assert sizes == [FileSize("index.js", 3_072, 2_048), FileSize("small.css", 400, 400)]
    assert total(sizes) == (3_472 / 1024, 2_448 / 1024)
    assert kibi(3_072) == "3.0"


def test_only_the_files_that_were_fetched_count(tmp_path: Path) -> None:
    _write(tmp_path, "one-AAAAAAAA.js", 100)
    _write(tmp_path, "other-BBBBBBBB.js", 200)
    assert [size.name for size in sizes_of(tmp_path, ["one-AAAAAAAA.js", "me", "icon.svg"])] == ["one.js"]
