"""Grants of the paid request: their number, how often it was sent, what was there before, and why one looks for it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("kling_orders", sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("kling_orders", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("kling_orders", sa.Column("known_tasks", sa.Text(), nullable=True))
    op.add_column("kling_orders", sa.Column("doubt", sa.Text(), nullable=True))
    # What was sent by an older version may have been received: it counts as an attempt.
    op.execute("UPDATE kling_orders SET attempts = 1 WHERE sent_at IS NOT NULL")
    op.execute("UPDATE kling_orders SET doubt = 'silent' WHERE was_silent")
    op.drop_column("kling_orders", "was_silent")
