"""What a run was made of: its script and command, the commit and what it does not hold, and the packages."""

from trialog.sdk.source.contexts import source_tags

__all__ = ["source_tags"]
