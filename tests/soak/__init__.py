"""Many writers against a real server that is killed again and again: nothing acknowledged may be lost or doubled."""
