"""Results that are kept, their files, tags, projects and shares."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TEXTS = [
    "account",
    "person",
    "title",
    "prompt",
    "motion",
    "motion_name",
    "picture_key",
    "model",
    "mode",
    "state",
    "reason",
]
TEXTS_OR_NONE = ["order_id", "worker", "project", "binned_by", "video", "cover", "picture", "motion_clip"]
TIMES_OR_NONE = ["seconds", "not_before", "worker_until", "kept_at", "binned_at"]


def upgrade() -> None:
    op.create_table(
        "kling_results",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        *(sa.Column(name, sa.Text()) for name in TEXTS_OR_NONE),
        *(sa.Column(name, sa.Double()) for name in TIMES_OR_NONE),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("finished_at", sa.Double(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger()),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        # The long ones last: SQLite then finds the others without reading them.
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("service", "task_id"),
    )
    op.create_index("kling_results_by_project", "kling_results", ["service", "project", "finished_at"])
    op.create_index("kling_results_by_state", "kling_results", ["service", "state"])
    op.create_index("kling_results_by_time", "kling_results", ["service", "finished_at"])
    op.create_table(
        "kling_files",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "kling_result_tags",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("service", "task_id", "tag"),
    )
    op.create_index("kling_result_tags_by_tag", "kling_result_tags", ["service", "tag"])
    op.create_table(
        "kling_projects",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("service", "id"),
    )
    op.create_table(
        "kling_shares",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("revoked_at", sa.Double()),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("kling_shares_by_result", "kling_shares", ["service", "task_id"])
    op.add_column("kling_orders", sa.Column("project", sa.Text()))
