"""Roles and budgets of people, what an order counts with, and who named a motion."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("kling_orders", sa.Column("price", sa.Double()))
    op.add_column("kling_orders", sa.Column("passed_at", sa.Double()))
    op.create_index("kling_orders_by_acceptance", "kling_orders", ["service", "accepted_at"])
    op.create_index("kling_orders_by_month", "kling_orders", ["service", "passed_at"])
    op.execute("UPDATE kling_orders SET passed_at = placed_at")
    op.add_column("kling_people", sa.Column("role", sa.Text()))
    op.add_column("kling_people", sa.Column("budget", sa.Double()))
    op.add_column("kling_people", sa.Column("seen_at", sa.Double()))
    op.add_column("kling_motion_names", sa.Column("person", sa.Text(), nullable=False, server_default=""))
