"""People, and an audit trail that is only added to."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

YEAR = 365 * 86_400
SQLITE = (
    "CREATE TRIGGER kling_audit_not_changed BEFORE UPDATE ON kling_audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END",
    "CREATE TRIGGER kling_audit_not_taken_away BEFORE DELETE ON kling_audit "
    f"WHEN old.at > strftime('%s', 'now') - {YEAR} "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION kling_audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN IF TG_OP = 'DELETE' AND old.at < extract(epoch from now()) - {YEAR} THEN RETURN old; END IF; "
    "RAISE EXCEPTION 'the audit trail is only added to'; END $$",
    "CREATE TRIGGER kling_audit_stays BEFORE UPDATE OR DELETE ON kling_audit "
    "FOR EACH ROW EXECUTE FUNCTION kling_audit_is_kept()",
)


def upgrade() -> None:
    op.create_table(
        "kling_people",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.Double(), nullable=False),
        sa.Column("signed_in_at", sa.Double()),
        sa.Column("valid_since", sa.Double()),
        sa.Column("blocked_at", sa.Double()),
        sa.PrimaryKeyConstraint("email"),
    )
    op.create_table(
        "kling_audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kling_audit_by_time", "kling_audit", ["at"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
