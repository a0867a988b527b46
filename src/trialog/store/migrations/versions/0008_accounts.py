"""Accounts, and the record of what was done."""

import sqlalchemy as sa
from alembic import op

from trialog.store.column_types import Identity, Text

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_AUDIT = "trialog_audit_records"
_REFUSAL = "the audit log is only added to"


def upgrade() -> None:
    """Add the tables; what was recorded is kept."""
    _add_accounts()
    _add_permissions()
    _add_credentials()
    _add_audit_log()
    _keep_audit_log()


def _add_accounts() -> None:
    """Users and groups, and the number that tells of changes."""
    op.create_table(
        "trialog_account_version",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_users",
        sa.Column("id", Identity, nullable=False),
        sa.Column("username", Text, nullable=False),
        sa.Column("folded", Text, nullable=False),
        sa.Column("password_hash", Text, nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("awaits_provider", sa.Boolean(), nullable=False),
        sa.Column("oidc_issuer", Text, nullable=True),
        sa.Column("oidc_subject", Text, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("folded", name="trialog_users_folded"),
        sa.UniqueConstraint("oidc_issuer", "oidc_subject", name="trialog_users_oidc"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "trialog_groups",
        sa.Column("id", Identity, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("folded", Text, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("folded", name="trialog_groups_folded"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "trialog_group_members",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "user_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("trialog_group_members_by_user", "trialog_group_members", ["user_id", "group_id"], unique=False)


def _add_permissions() -> None:
    """Roles, who has them, and what they and users permit."""
    op.create_table(
        "trialog_roles",
        sa.Column("id", Identity, nullable=False),
        sa.Column("workspace", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("description", Text, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace", "name", name="trialog_roles_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "trialog_role_permissions",
        sa.Column("id", Identity, nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.Column("resource_type", Text, nullable=False),
        sa.Column("resource_pattern", Text, nullable=False),
        sa.Column("permission", Text, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("role_id", "resource_type", "resource_pattern", name="trialog_role_permissions_pattern"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "trialog_role_permissions_by_resource",
        "trialog_role_permissions",
        ["resource_type", "resource_pattern"],
        unique=False,
    )
    op.create_table(
        "trialog_user_roles",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "role_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("trialog_user_roles_by_role", "trialog_user_roles", ["role_id", "user_id"], unique=False)
    op.create_table(
        "trialog_group_roles",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "role_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("trialog_group_roles_by_role", "trialog_group_roles", ["role_id", "group_id"], unique=False)
    op.create_table(
        "trialog_user_permissions",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("workspace", Text, nullable=False),
        sa.Column("resource_type", Text, nullable=False),
        sa.Column("resource_id", Text, nullable=False),
        sa.Column("permission", Text, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "workspace", "resource_type", "resource_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "trialog_user_permissions_by_resource",
        "trialog_user_permissions",
        ["resource_type", "resource_id"],
        unique=False,
    )


def _add_credentials() -> None:
    """Tokens and logins."""
    op.create_table(
        "trialog_api_tokens",
        sa.Column("id", Identity, nullable=False),
        sa.Column("token_id", Text, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("scope", Text, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_id", name="trialog_api_tokens_token_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("trialog_api_tokens_by_user", "trialog_api_tokens", ["user_id"], unique=False)
    op.create_table(
        "trialog_login_sessions",
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash"),
        sqlite_with_rowid=False,
    )
    op.create_index("trialog_login_sessions_by_user", "trialog_login_sessions", ["user_id"], unique=False)
    op.create_index("trialog_login_sessions_by_expiry", "trialog_login_sessions", ["expires_at"], unique=False)


def _add_audit_log() -> None:
    """The record of what was done."""
    op.create_table(
        "trialog_audit_records",
        sa.Column("id", Identity, nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("actor", Text, nullable=False),
        sa.Column("via", Text, nullable=False),
        sa.Column("address", Text, nullable=False),
        sa.Column("operation", Text, nullable=False),
        sa.Column("resource", Text, nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("trialog_audit_records_by_time", "trialog_audit_records", ["timestamp", "id"], unique=False)
    op.create_index(
        "trialog_audit_records_by_actor", "trialog_audit_records", ["actor", "timestamp", "id"], unique=False
    )
    op.create_index(
        "trialog_audit_records_by_operation", "trialog_audit_records", ["operation", "timestamp", "id"], unique=False
    )


def _keep_audit_log() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION trialog_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {_AUDIT}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {_AUDIT}"
            " FOR EACH STATEMENT EXECUTE FUNCTION trialog_refuse_audit_change()"
        )
        return
    # INSERT OR REPLACE takes the row away that is in its way, and no trigger of deletions hears of it.
    replaced = f"WHEN EXISTS (SELECT 1 FROM {_AUDIT} WHERE id = NEW.id)"  # noqa: S608  a name of our own
    for change, condition in (("UPDATE", ""), ("DELETE", ""), ("INSERT", replaced)):
        op.execute(
            f"CREATE TRIGGER {_AUDIT}_no_{change.lower()} BEFORE {change} ON {_AUDIT} {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def downgrade() -> None:
    """Remove them, with all accounts and the whole record."""
    op.drop_index("trialog_audit_records_by_operation", table_name="trialog_audit_records")
    op.drop_index("trialog_audit_records_by_actor", table_name="trialog_audit_records")
    op.drop_index("trialog_audit_records_by_time", table_name="trialog_audit_records")
    op.drop_table("trialog_audit_records")
    op.drop_index("trialog_login_sessions_by_expiry", table_name="trialog_login_sessions")
    op.drop_index("trialog_login_sessions_by_user", table_name="trialog_login_sessions")
    op.drop_table("trialog_login_sessions")
    op.drop_index("trialog_api_tokens_by_user", table_name="trialog_api_tokens")
    op.drop_table("trialog_api_tokens")
    op.drop_index("trialog_user_permissions_by_resource", table_name="trialog_user_permissions")
    op.drop_table("trialog_user_permissions")
    op.drop_index("trialog_group_roles_by_role", table_name="trialog_group_roles")
    op.drop_table("trialog_group_roles")
    op.drop_index("trialog_user_roles_by_role", table_name="trialog_user_roles")
    op.drop_table("trialog_user_roles")
    op.drop_index("trialog_role_permissions_by_resource", table_name="trialog_role_permissions")
    op.drop_table("trialog_role_permissions")
    op.drop_table("trialog_roles")
    op.drop_index("trialog_group_members_by_user", table_name="trialog_group_members")
    op.drop_table("trialog_group_members")
    op.drop_table("trialog_groups")
    op.drop_table("trialog_users")
    op.drop_table("trialog_account_version")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION trialog_refuse_audit_change()")
