"""What is kept of the output of a command."""

from trialog.projects.kept_output import KeptOutput


def kept(*pieces: bytes, secrets: tuple[str, ...] = ()) -> bytes:
    output = KeptOutput(secrets, head_bytes=10, tail_bytes=20)
    for piece in pieces:
        output.add(piece)
    return output.content()


def test_what_is_short_is_kept_whole() -> None:
    assert kept(b"one\n", b"two\n", b"three\n") == b"one\ntwo\nthree\n"


def test_of_what_is_long_the_beginning_and_the_end_are_kept() -> None:
    letters = bytes(range(65, 91)) * 10
    assert kept(letters) == letters[:10] + b"\n[230 bytes are left out here]\n" + letters[-20:]
    assert kept(*(bytes([letter]) for letter in letters)) == kept(letters)


def test_no_more_than_a_bound_is_held() -> None:
    output = KeptOutput(head_bytes=10, tail_bytes=20)
    for _ in range(1000):
        output.add(b"x" * 7)
        assert output.held_bytes <= 10 + 2 * 20 + 7
    assert b"[6970 bytes" in output.content()


def test_secrets_are_not_kept() -> None:
    text = b"the password is pass-word-1 and 123"
    output = KeptOutput(["pass-word", "pass-word-1", "123", ""])
    output.add(text[:20])
    output.add(text[20:])
    assert output.content() == b"the password is *** and 123"
