"""Orders, held lines and workers.

Until here the tables were made without a version, at first without the index by person: what is there is left as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "kling_orders",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("addresses", sa.Text(), nullable=False),
        sa.Column("home", sa.Text()),
        sa.Column("worker", sa.Text()),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("likeness", sa.Text(), nullable=False),
        sa.Column("max_jobs", sa.Integer()),
        sa.Column("placed_at", sa.Double(), nullable=False),
        sa.Column("began_at", sa.Double()),
        sa.Column("not_before", sa.Double()),
        sa.Column("sent_at", sa.Double()),
        sa.Column("unsure_at", sa.Double()),
        sa.Column("was_silent", sa.Boolean(), nullable=False),
        sa.Column("accepted_at", sa.Double()),
        sa.Column("ended_at", sa.Double()),
        sa.Column("since", sa.BigInteger()),
        sa.Column("task_id", sa.BigInteger()),
        sa.Column("task", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("seen", sa.Text()),
        sa.Column("balance_at", sa.Double()),
        sa.Column("balance", sa.Double()),
        sa.Column("cost", sa.Double()),
        sa.Column("cost_is_exact", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("service", "id"),
        sa.UniqueConstraint("service", "task_id", name="kling_orders_one_holder"),
        if_not_exists=True,
    )
    op.create_index("kling_orders_by_step", "kling_orders", ["service", "step"], if_not_exists=True)
    op.create_index("kling_orders_by_person", "kling_orders", ["service", "person"], if_not_exists=True)
    op.create_table(
        "kling_lines",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("held_until", sa.Double()),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("service", "account"),
        if_not_exists=True,
    )
    op.create_table(
        "kling_workers",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("service", "id"),
        if_not_exists=True,
    )
