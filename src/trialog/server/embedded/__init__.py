"""A store served inside this process: by the very application that a server runs, without a port."""

from trialog.server.embedded.exchange import EmbeddedServer, open_embedded

__all__ = ["EmbeddedServer", "open_embedded"]
