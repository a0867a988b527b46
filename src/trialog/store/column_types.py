"""Types of columns that databases spell differently."""

from sqlalchemy import BigInteger, Integer
from sqlalchemy import Text as AnyText

# SQLite's INTEGER PRIMARY KEY is the row's own number; other databases want 64 bits said.
Identity = BigInteger().with_variant(Integer(), "sqlite")

# Text compares by its bytes everywhere, so that every database orders and tells apart the same: PostgreSQL would
# otherwise follow the language that the database was made with.
Text = AnyText().with_variant(AnyText(collation="C"), "postgresql")
