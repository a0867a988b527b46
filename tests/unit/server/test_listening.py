"""The socket and the file with its address."""

import socket
import sys
from contextlib import closing
from pathlib import Path

import pytest

from trialog.config import DEFAULT_PORT, Settings, default_address_file
from trialog.errors import ConfigurationError
from trialog.server.listening import AddressFile, listen

ALL_INTERFACES = "0.0.0.0"  # noqa: S104  the tests show that it is refused, or bind it for a moment


def occupied(port: int = 0) -> socket.socket:
    """Listens on a port; on one that is busy already there is nothing to do."""
    taken = socket.socket()
    if sys.platform != "win32":
        # Else connections that others ended a moment ago would stand in the way.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(("127.0.0.1", port))
        taken.listen()
    except OSError:
        assert port, "a free port could not be bound"
    return taken


def test_a_free_port_is_taken_and_told() -> None:
    listener = listen(Settings(port=0))
    with listener.socket:
        assert listener.url == f"http://127.0.0.1:{listener.socket.getsockname()[1]}"
        assert not listener.is_moved
        socket.create_connection(listener.socket.getsockname()).close()


def test_small_answers_leave_at_once() -> None:
    with listen(Settings(port=0)).socket as bound:
        assert bound.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_was_asked_for_is_taken_or_refused() -> None:
    with closing(occupied()) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"Port {port} of 127.0.0.1 is busy.*--port"):
            listen(Settings(port=port))


def test_a_busy_default_port_moves_the_server() -> None:
    with closing(occupied(DEFAULT_PORT)):
        listener = listen(Settings())
        with listener.socket:
            assert listener.is_moved
            assert listener.socket.getsockname()[1] > DEFAULT_PORT


@pytest.mark.parametrize("host", [ALL_INTERFACES, "::"])
def test_other_machines_are_let_in_only_on_purpose(host: str) -> None:
    with pytest.raises(ConfigurationError, match="--allow-open"):
        listen(Settings(host=host, port=0))


def test_a_server_on_all_interfaces_tells_an_address_that_can_be_opened() -> None:
    listener = listen(Settings(host=ALL_INTERFACES, port=0, allow_open=True))
    with listener.socket:
        assert listener.is_wildcard
        assert listener.url.startswith("http://127.0.0.1:")


def test_the_url_knows_scheme_and_prefix(tmp_path: Path) -> None:
    listener = listen(Settings(host="localhost", port=0, static_prefix="/x", ssl_certfile=tmp_path / "c.pem"))
    with listener.socket:
        assert listener.url == f"https://localhost:{listener.socket.getsockname()[1]}/x"


def test_an_unknown_host_is_named() -> None:
    with pytest.raises(ConfigurationError, match="'no such host' of --host is not known"):
        listen(Settings(host="no such host"))


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"cannot listen on 192\.0\.2\.1"):
        listen(Settings(host="192.0.2.1", port=0, allow_open=True))


def test_the_address_file_holds_the_url_and_goes_with_the_server(tmp_path: Path) -> None:
    path = tmp_path / "new" / "address.txt"
    file = AddressFile(path, "http://127.0.0.1:5001")
    file.write()
    assert path.read_text() == "http://127.0.0.1:5001\n"
    assert list(path.parent.iterdir()) == [path]
    file.remove()
    file.remove()
    assert not path.exists()


def test_the_address_of_a_later_server_stays(tmp_path: Path) -> None:
    first, second = (AddressFile(tmp_path / "a", f"http://127.0.0.1:{port}") for port in (5001, 5002))
    first.write()
    second.write()
    first.remove()
    assert (tmp_path / "a").read_text() == "http://127.0.0.1:5002\n"


@pytest.mark.parametrize(
    "content", [b"import os\n", b"http://127.0.0.1:5001\nand more\n", b"\xff\x00", b"http://" + b"a" * 5000 + b" b"]
)
def test_a_file_that_is_something_else_is_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="is left as it is"):
        AddressFile(path, "http://127.0.0.1:5001").write()
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", ["", "http://127.0.0.1:5000", "https://[::1]:5000/x\r\n"])
def test_an_address_of_before_is_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "address.txt"
    path.write_text(content, encoding="utf-8")
    AddressFile(path, "http://127.0.0.1:5001").write()
    assert path.read_text(encoding="utf-8") == "http://127.0.0.1:5001\n"


def test_an_address_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be written"):
        AddressFile(tmp_path / "file" / "address", "http://127.0.0.1:5001").write()


@pytest.mark.parametrize(
    ("uri", "folder"),
    [("sqlite:///{}/a/trialog.db", "a"), ("sqlite:///{}/trialog.db?x=/y", ""), ("sqlite+x:///{}/b/c.db", "b")],
)
def test_a_moved_server_writes_its_address_beside_the_store(tmp_path: Path, uri: str, folder: str) -> None:
    assert default_address_file(uri.format(tmp_path.as_posix())) == tmp_path / folder / "trialog.address"


def test_without_a_file_the_address_is_written_where_the_server_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_address_file("postgresql://db/x") == tmp_path / "trialog.address"
    assert default_address_file("sqlite:///x.db") == tmp_path / "trialog.address"
