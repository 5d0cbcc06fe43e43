"""What the team's web hook is told, how people want to hear of what has finished, and orders by their end."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "kling_notice_choices",
        sa.Column("person", sa.Text(), primary_key=True),
        sa.Column("browser", sa.Boolean(), nullable=False),
        sa.Column("team_since", sa.Double()),
    )
    op.create_table(
        "kling_notices",
        sa.Column("service", sa.Text(), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
    )
    op.create_index("kling_notices_by_state", "kling_notices", ["service", "state", "due_at"])
    op.create_index("kling_orders_by_end", "kling_orders", ["service", "ended_at"])
