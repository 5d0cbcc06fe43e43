"""The sums of a month come out of an index alone."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.drop_index("kling_orders_by_month", "kling_orders")
    columns = ["service", "passed_at", "person", "step", "cost", "price", "unsure_at", "doubt"]
    op.create_index("kling_orders_by_month", "kling_orders", columns)
