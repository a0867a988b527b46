"""The tables of accounts, and of the record of what was done."""

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, Table, UniqueConstraint

from trialog.store.column_types import Identity, Text
from trialog.store.tables import metadata

# One row; a store in which accounts were never changed has none.
account_version = Table(
    "trialog_account_version",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

users = Table(
    "trialog_users",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("username", Text, nullable=False),
    Column("folded", Text, nullable=False),  # the name without regard to case, as Python folds it
    Column("password_hash", Text),  # NULL for who cannot log in with one
    Column("is_admin", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("awaits_provider", Boolean, nullable=False),  # who is called so at the identity provider becomes her
    Column("oidc_issuer", Text),  # as whom the identity provider knows her, NULL if it does not
    Column("oidc_subject", Text),
    UniqueConstraint("folded", name="trialog_users_folded"),
    UniqueConstraint("oidc_issuer", "oidc_subject", name="trialog_users_oidc"),
    sqlite_autoincrement=True,  # a login or a permission of a user who is gone must never fall to another
)

groups = Table(
    "trialog_groups",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    UniqueConstraint("folded", name="trialog_groups_folded"),
    sqlite_autoincrement=True,
)

group_members = Table(
    "trialog_group_members",
    metadata,
    Column("group_id", BigInteger, primary_key=True),
    Column("user_id", BigInteger, primary_key=True),
    Index("trialog_group_members_by_user", "user_id", "group_id"),
    sqlite_with_rowid=False,
)

roles = Table(
    "trialog_roles",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    UniqueConstraint("workspace", "name", name="trialog_roles_name"),
    sqlite_autoincrement=True,
)

role_permissions = Table(
    "trialog_role_permissions",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("role_id", BigInteger, nullable=False),
    Column("resource_type", Text, nullable=False),
    Column("resource_pattern", Text, nullable=False),
    Column("permission", Text, nullable=False),
    UniqueConstraint("role_id", "resource_type", "resource_pattern", name="trialog_role_permissions_pattern"),
    Index("trialog_role_permissions_by_resource", "resource_type", "resource_pattern"),
    sqlite_autoincrement=True,
)

user_roles = Table(
    "trialog_user_roles",
    metadata,
    Column("user_id", BigInteger, primary_key=True),
    Column("role_id", BigInteger, primary_key=True),
    Index("trialog_user_roles_by_role", "role_id", "user_id"),
    sqlite_with_rowid=False,
)

group_roles = Table(
    "trialog_group_roles",
    metadata,
    Column("group_id", BigInteger, primary_key=True),
    Column("role_id", BigInteger, primary_key=True),
    Index("trialog_group_roles_by_role", "role_id", "group_id"),
    sqlite_with_rowid=False,
)

# What a user is permitted by herself; registered models stand here by their own number, not by name.
user_permissions = Table(
    "trialog_user_permissions",
    metadata,
    Column("user_id", BigInteger, primary_key=True),
    Column("workspace", Text, primary_key=True),
    Column("resource_type", Text, primary_key=True),
    Column("resource_id", Text, primary_key=True),
    Column("permission", Text, nullable=False),
    Index("trialog_user_permissions_by_resource", "resource_type", "resource_id"),
    sqlite_with_rowid=False,
)

api_tokens = Table(
    "trialog_api_tokens",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("token_id", Text, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("last_used_at", BigInteger),
    Column("secret_hash", LargeBinary, nullable=False),
    UniqueConstraint("token_id", name="trialog_api_tokens_token_id"),
    Index("trialog_api_tokens_by_user", "user_id"),
    sqlite_autoincrement=True,
)

login_sessions = Table(
    "trialog_login_sessions",
    metadata,
    Column("secret_hash", LargeBinary, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("trialog_login_sessions_by_user", "user_id"),
    Index("trialog_login_sessions_by_expiry", "expires_at"),
    sqlite_with_rowid=False,
)

# Only ever added to; triggers refuse all else.
audit_records = Table(
    "trialog_audit_records",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("timestamp", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("status", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("times", BigInteger, nullable=False),
    Index("trialog_audit_records_by_time", "timestamp", "id"),
    Index("trialog_audit_records_by_actor", "actor", "timestamp", "id"),
    Index("trialog_audit_records_by_operation", "operation", "timestamp", "id"),
    sqlite_autoincrement=True,
)
