"""Where things keep their artifacts: URIs made by the store, never opened by it."""


def append_to_uri(uri: str, *names: str) -> str:
    """Return a URI with names added to its path, in front of its query.

    Args:
        uri: Where to begin; a path without scheme will do.
        names: What to add; made by the store, so that none has a slash.
    """
    path, question_mark, query = uri.partition("?")
    return "/".join((path.rstrip("/"), *names)) + question_mark + query
