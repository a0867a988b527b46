"""From a client's text to a path that cannot leave its root.

Every path a client names passes `parse_artifact_path`, and only the tuple it returns is opened. The text is kept as it
is: nothing of it is decoded, normalised or repaired for storing. It is decoded on the side, again and again until
nothing changes, only to refuse what *would* be an attack if any later layer decoded it once more.
"""

import os
import re
import unicodedata

from trialog.contracts.artifact_store import ArtifactPath
from trialog.errors import InvalidParameter

MAXIMUM_NAME_BYTES = 255
"""What file systems allow for one name."""
MAXIMUM_PATH_BYTES = 1024
"""What object stores allow for a whole path, so that every tree can move there."""
MAXIMUM_DEPTH = 64

STAGING_NAME = ".trialog-staging"
"""Folder in which a local store keeps what is not complete yet; no client can name it, at any depth."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+~-]{0,127}")
_SEPARATORS = re.compile("[/\\\\\u2044\u2215\u2216\u29f8]")  # slashes, and what is drawn as one
_DRIVE = re.compile(r"[A-Za-z]:")
_SCHEME = re.compile(r"file:|[A-Za-z][A-Za-z0-9+.-]*:/", re.IGNORECASE)
_ESCAPE = re.compile(rb"%u([0-9A-Fa-f]{4})|%([0-9A-Fa-f]{2})", re.IGNORECASE)
# An ASCII character spelled in two, three or four bytes: no valid UTF-8, but some decoders accept it.
_OVERLONG = re.compile(rb"[\xc0\xc1][\x80-\xbf]|\xe0[\x80\x81][\x80-\xbf]|\xf0\x80[\x80\x81][\x80-\xbf]")
# Names of images logged by 2.x clients. Their % is a separator, yet `%1712` or `%ab` looks like an escape.
_IMAGE_SUFFIX = re.compile(r"%step%-?\d+%timestamp%\d+%[0-9a-z-]{36}(%compressed)?(?=\.[a-z]{3,4}$)")
_WINDOWS_FORBIDDEN = re.compile(r'[<>:"|?*]')
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)


def parse_artifact_path(text: str, *, windows: bool = os.name == "nt") -> ArtifactPath:
    """Check a client's path and split it into names.

    One slash at the end is allowed, as clients write it behind folders. Names that only Windows treats in a special
    way (`aux.py`, `a.`, `a:b`) are refused only where the server runs on Windows: elsewhere they are ordinary files
    that people log.

    Args:
        text: Path relative to some folder, percent-decoded once as every web framework does; empty for the folder.
        windows: Whether the files lie on Windows.

    Returns:
        The names from that folder down.

    Raises:
        InvalidParameter: The text is not a relative path to something below the folder (`artifact.invalid_path`).
    """
    if not text:
        return ()
    path = tuple(text.removesuffix("/").split("/")) if text != "/" else ("",)
    reason = _size_fault(text, path) or _encoding_fault(text) or _character_fault(text) or _shape_fault(path)
    reason = reason or _hidden_fault(text) or _staging_fault(path) or (_windows_fault(path) if windows else None)
    if reason is not None:
        shown = text if len(text) <= 200 else text[:200] + "..."
        raise InvalidParameter(
            "artifact.invalid_path",
            f"Invalid path {shown!r}: {reason}. Name a path relative to the artifact root, with '/' between the names.",
            path=shown,
        )
    return path


def is_addressable(name: str, *, windows: bool = os.name == "nt") -> bool:
    """Tell whether a file of this name can be reached through a client's path."""
    if _PLAIN_NAME.fullmatch(name) and ".." not in name and not windows:
        return True
    try:
        return "/" not in name and len(parse_artifact_path(name, windows=windows)) == 1
    except InvalidParameter:
        return False


def folded_name(name: str) -> str:
    """Return what a name could be taken for.

    Some file systems compare names without case, in another Unicode form, or without trailing dots.
    """
    visible = "".join(character for character in name if unicodedata.category(character) != "Cf")
    return unicodedata.normalize("NFKC", visible).casefold().rstrip(". ")


def _size_fault(text: str, path: ArtifactPath) -> str | None:
    """Say what is too long."""
    # Lone surrogates have no bytes; `_encoding_fault` names them.
    if len(text.encode("utf-8", "surrogatepass")) > MAXIMUM_PATH_BYTES:
        return f"it is longer than {MAXIMUM_PATH_BYTES} bytes"
    if len(path) > MAXIMUM_DEPTH:
        return f"it is deeper than {MAXIMUM_DEPTH} folders"
    if any(len(name.encode("utf-8", "surrogatepass")) > MAXIMUM_NAME_BYTES for name in path):
        return f"one of its names is longer than {MAXIMUM_NAME_BYTES} bytes"
    return None


def _encoding_fault(text: str) -> str | None:
    """Say that the bytes on the wire were no text."""
    # U+FFFD is what web frameworks put for bytes that are not UTF-8: different names would become one.
    if any(character == "\ufffd" or "\ud800" <= character <= "\udfff" for character in text):
        return "it is not valid UTF-8"
    return None


def _character_fault(text: str) -> str | None:
    """Say which character has no place in a path."""
    for character in text:
        if unicodedata.category(character) == "Cc":
            return f"the control character U+{ord(character):04X} is not allowed"
        if character in "\\#?":
            # `#` and `?` end the path of a URL, so a client could store such a name but never ask for it.
            return f"the character {character!r} is not allowed"
    return None


def _shape_fault(path: ArtifactPath) -> str | None:
    """Say why the names do not lead downwards."""
    if path[0] == "":
        return "it is absolute"
    if _SCHEME.match("/".join(path)) or any(_DRIVE.match(name) for name in path):
        return "it begins with a drive or a scheme"
    if "" in path:
        return "a name in it is empty"
    if any(_is_dots(name) for name in path):
        return "a name in it consists of dots or spaces"
    return None


def _is_dots(name: str) -> bool:
    """Tell whether a name is, or could be read as, the folder itself or one above it (`..`, `...`, `. .`, `..;x`)."""
    visible = "".join(character for character in name if unicodedata.category(character) != "Cf")
    return not "".join(visible.partition(";")[0].split()).strip(".")


def _hidden_fault(text: str) -> str | None:
    """Say what the text would become if somebody decoded it again."""
    decoded = _decode(_IMAGE_SUFFIX.sub("", text))
    while decoded is not None:
        names = tuple(decoded.removesuffix("/").split("/"))
        if (fault := _character_fault(decoded) or _shape_fault(names)) is not None:
            return f"decoded once more, {fault}"
        decoded = _decode(decoded)
    # Full-width dots and slashes and the like become ASCII where text is normalised. They are ordinary characters in
    # some languages, so only what would then lead upwards is refused.
    form: str | None = text
    while form is not None:
        folded = unicodedata.normalize("NFKC", form)
        if any(name and _is_dots(name) for name in _SEPARATORS.split(folded)):
            return "in normalised form a name in it consists of dots or spaces"
        form = _decode(folded)
    return None


def _decode(text: str) -> str | None:
    """Undo one layer of escaping as the most lenient decoder would; None when there was none."""
    data = text.encode("utf-8", "surrogatepass")
    lenient = _OVERLONG.sub(_shortest, _ESCAPE.sub(_unescape, data))
    return lenient.decode("utf-8", "replace") if lenient != data else None


def _unescape(match: re.Match[bytes]) -> bytes:
    """Return the bytes that `%41` or `%u0041` stands for."""
    if match[1] is not None:
        return chr(int(match[1], 16)).encode("utf-8", "surrogatepass")
    return bytes([int(match[2], 16)])


def _shortest(match: re.Match[bytes]) -> bytes:
    """Return the ASCII character that an overlong sequence of UTF-8 stands for."""
    *_, before, last = match[0]
    return bytes([((before & 0x03) << 6 | (last & 0x3F)) & 0x7F])


def _staging_fault(path: ArtifactPath) -> str | None:
    """Say that the store keeps a name for itself."""
    for name in path:
        if folded_name(name) == STAGING_NAME:
            return f"the name {STAGING_NAME!r} is reserved"
    return None


def _windows_fault(path: ArtifactPath) -> str | None:
    """Say which name means something else on Windows."""
    for name in path:
        if _WINDOWS_FORBIDDEN.search(name) or _WINDOWS_DEVICE.fullmatch(name) or name[-1] in ". ":
            return f"{name!r} cannot be the name of a file on Windows"
    return None
