"""Since when an account is held and what it had left; pictures that orders share, and orders that a person paused."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("kling_lines", sa.Column("since", sa.Double(), nullable=True))
    op.add_column("kling_lines", sa.Column("balance", sa.Double(), nullable=True))
    op.add_column("kling_orders", sa.Column("picture_key", sa.Text(), nullable=True))
    op.add_column("kling_orders", sa.Column("paused_at", sa.Double(), nullable=True))
    op.create_index("kling_orders_by_batch", "kling_orders", ["service", "batch"])
    op.create_index("kling_orders_by_picture", "kling_orders", ["service", "picture_key"])
