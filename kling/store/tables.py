"""Every table there is. A change here needs a migration: `python -m kling.store "what changes"`.

Times are seconds since the epoch; `since` of an order is milliseconds, as Kling has them. Names begin with `kling_`: a
database may hold the tables of others as well.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()
_text, _time = sa.Text, sa.Double
orders = sa.Table(
    "kling_orders",
    metadata,
    sa.Column("service", _text, primary_key=True),
    sa.Column("id", _text, primary_key=True),
    sa.Column("person", _text, nullable=False, default=""),
    sa.Column("batch", _text, nullable=False, default=""),
    sa.Column("title", _text, nullable=False, default=""),
    sa.Column("kind", _text, nullable=False),
    sa.Column("account", _text, nullable=False, default=""),
    sa.Column("body", _text, nullable=False),
    sa.Column("files", _text, nullable=False, default="{}"),
    sa.Column("addresses", _text, nullable=False, default="{}"),
    sa.Column("home", _text),
    sa.Column("worker", _text),
    sa.Column("step", _text, nullable=False, default="waiting"),
    sa.Column("run", sa.Integer, nullable=False, default=0),
    sa.Column("turn", sa.Integer, nullable=False, default=0),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("likeness", _text, nullable=False, default=""),
    sa.Column("max_jobs", sa.Integer),
    sa.Column("placed_at", _time, nullable=False),
    sa.Column("price", _time),
    sa.Column("passed_at", _time),
    sa.Column("began_at", _time),
    sa.Column("not_before", _time),
    sa.Column("sent_at", _time),
    sa.Column("unsure_at", _time),
    sa.Column("doubt", _text),
    sa.Column("accepted_at", _time),
    sa.Column("ended_at", _time),
    sa.Column("since", sa.BigInteger),
    sa.Column("known_tasks", _text),
    sa.Column("task_id", sa.BigInteger),
    sa.Column("task", _text),
    sa.Column("error", _text),
    sa.Column("seen", _text),
    sa.Column("balance_at", _time),
    sa.Column("balance", _time),
    sa.Column("cost", _time),
    sa.Column("cost_is_exact", sa.Boolean, nullable=False, default=False),
    sa.Column("picture_key", _text),
    sa.Column("paused_at", _time),
    sa.Column("project", _text),
    sa.UniqueConstraint("service", "task_id", name="kling_orders_one_holder"),
    sa.Index("kling_orders_by_step", "service", "step"),
    sa.Index("kling_orders_by_person", "service", "person"),
    sa.Index("kling_orders_by_batch", "service", "batch"),
    sa.Index("kling_orders_by_picture", "service", "picture_key"),
    sa.Index("kling_orders_by_acceptance", "service", "accepted_at"),
    # With all that the sums of a month are made of, so that no row is read for them.
    sa.Index("kling_orders_by_month", "service", "passed_at", "person", "step", "cost", "price", "unsure_at", "doubt"),
    sa.Index("kling_orders_by_end", "service", "ended_at"),
)
"""A paid request each. `price`: credits expected when it was placed; `passed_at`: since when it counts against a
budget, nothing while it waits for room in one."""
lines = sa.Table(
    "kling_lines",
    metadata,
    sa.Column("service", _text, primary_key=True),
    sa.Column("account", _text, primary_key=True),
    sa.Column("held_until", _time),
    sa.Column("error", _text),
    sa.Column("since", _time),
    sa.Column("balance", _time),
)
"""The accounts for which nothing is sent: why, since when, and when they are looked at next (null: one order may try).
`balance` is what they had left at the last look, in credits."""
workers = sa.Table(
    "kling_workers",
    metadata,
    sa.Column("service", _text, primary_key=True),
    sa.Column("id", _text, primary_key=True),
    sa.Column("seen_at", _time, nullable=False),
)
"""The processes that carry orders out, and when each was last there."""
motion_names = sa.Table(
    "kling_motion_names",
    metadata,
    sa.Column("service", _text, primary_key=True),
    sa.Column("key", _text, primary_key=True),
    sa.Column("name", _text, nullable=False),
    sa.Column("person", _text, nullable=False, default="", server_default=""),
)
"""What people call a motion, by `Motion.key`, and who named it."""
favourites = sa.Table(
    "kling_favourites",
    metadata,
    sa.Column("service", _text, primary_key=True),
    sa.Column("person", _text, primary_key=True),
    sa.Column("key", _text, primary_key=True),
)
"""A star each: who put it, and on what."""
people = sa.Table(
    "kling_people",
    metadata,
    sa.Column("email", _text, primary_key=True),
    sa.Column("name", _text, nullable=False, default=""),
    sa.Column("first_seen", _time, nullable=False),
    sa.Column("signed_in_at", _time),
    sa.Column("valid_since", _time),
    sa.Column("blocked_at", _time),
    sa.Column("role", _text),
    sa.Column("budget", _time),
    sa.Column("seen_at", _time),
)
"""Who came in or was kept out; sign-ins up to `valid_since` count no more. Without a role it is the usual one, without
a budget (credits a month) too. Where nobody signs in, `email` is a browser's random name and `name` what was typed."""
audit = sa.Table(
    "kling_audit",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("at", _time, nullable=False),
    sa.Column("person", _text, nullable=False),
    sa.Column("what", _text, nullable=False),
    sa.Column("about", _text, nullable=False, default=""),
    sa.Column("address", _text, nullable=False, default=""),
    sa.Index("kling_audit_by_time", "at"),
)
"""Who did what, when and from where."""
results = sa.Table(
    "kling_results",
    metadata,
    sa.Column("service", _text, primary_key=True),
    sa.Column("task_id", _text, primary_key=True),
    sa.Column("account", _text, nullable=False, default=""),
    sa.Column("person", _text, nullable=False, default=""),
    sa.Column("order_id", _text),
    sa.Column("title", _text, nullable=False, default=""),
    sa.Column("prompt", _text, nullable=False, default=""),
    sa.Column("motion", _text, nullable=False, default=""),
    sa.Column("motion_name", _text, nullable=False, default=""),
    sa.Column("picture_key", _text, nullable=False, default=""),
    sa.Column("model", _text, nullable=False, default=""),
    sa.Column("mode", _text, nullable=False, default=""),
    sa.Column("seconds", _time),
    sa.Column("created_at", _time, nullable=False),
    sa.Column("finished_at", _time, nullable=False),
    sa.Column("state", _text, nullable=False, default="waiting"),
    sa.Column("reason", _text, nullable=False, default=""),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("not_before", _time),
    sa.Column("worker", _text),
    sa.Column("worker_until", _time),
    sa.Column("kept_at", _time),
    sa.Column("size", sa.BigInteger),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
    sa.Column("project", _text),
    sa.Column("binned_at", _time),
    sa.Column("binned_by", _text),
    sa.Column("video", _text),
    sa.Column("cover", _text),
    sa.Column("picture", _text),
    sa.Column("motion_clip", _text),
    sa.Column("settings", _text, nullable=False, default="{}"),
    sa.Column("task", _text, nullable=False, default="{}"),
    sa.Index("kling_results_by_time", "service", "finished_at"),
    sa.Index("kling_results_by_state", "service", "state"),
    sa.Index("kling_results_by_project", "service", "project", "finished_at"),
)
"""A video each that was made, and what became of keeping it (`kling.archive.records`).

`motion` is `Task.motion_source`, `picture_key` the picture's link without its signature, `seconds` the length of the
video; `video`, `cover`, `picture`, `motion_clip` are hashes of kept files; `settings` is what was asked for, `task` the
task as it ended, both JSON. A star on a result is a favourite under `kling.archive.star_key`.
"""
files = sa.Table(
    "kling_files",
    metadata,
    sa.Column("hash", _text, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("content_type", _text, nullable=False),
    sa.Column("stored_at", _time, nullable=False),
)
"""Every file in the archive, once, by the SHA-256 of its bytes."""
result_tags = sa.Table(
    "kling_result_tags",
    metadata,
    sa.Column("service", _text, primary_key=True),
    sa.Column("task_id", _text, primary_key=True),
    sa.Column("tag", _text, primary_key=True),
    sa.Index("kling_result_tags_by_tag", "service", "tag"),
)
"""The tags of results."""
projects = sa.Table(
    "kling_projects",
    metadata,
    sa.Column("service", _text, primary_key=True),
    sa.Column("id", _text, primary_key=True),
    sa.Column("name", _text, nullable=False),
    sa.Column("person", _text, nullable=False, default=""),
    sa.Column("created_at", _time, nullable=False),
)
"""What orders and results are put together under; `person` made it."""
shares = sa.Table(
    "kling_shares",
    metadata,
    sa.Column("token_hash", _text, primary_key=True),
    sa.Column("service", _text, nullable=False),
    sa.Column("task_id", _text, nullable=False),
    sa.Column("person", _text, nullable=False, default=""),
    sa.Column("created_at", _time, nullable=False),
    sa.Column("expires_at", _time, nullable=False),
    sa.Column("revoked_at", _time),
    sa.Index("kling_shares_by_result", "service", "task_id"),
)
"""The links under which somebody outside may see one result."""
notice_choices = sa.Table(
    "kling_notice_choices",
    metadata,
    sa.Column("person", _text, primary_key=True),
    sa.Column("browser", sa.Boolean, nullable=False),
    sa.Column("team_since", _time),
)
"""How a person wants to hear of what has finished: from when on the team's web hook is told, if it is."""
notices = sa.Table(
    "kling_notices",
    metadata,
    sa.Column("service", _text, primary_key=True),
    sa.Column("key", _text, primary_key=True),
    sa.Column("person", _text, nullable=False),
    sa.Column("state", _text, nullable=False),
    sa.Column("message", _text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("created_at", _time, nullable=False),
    sa.Column("due_at", _time, nullable=False),
    sa.Index("kling_notices_by_state", "service", "state", "due_at"),
)
"""A message to the web hook each; `key` stands for one end of an order or a batch. due: to be sent, maybe once more ·
sending: it may have left · sent · lost: refused, or nobody knows."""
saved_values = sa.Table(
    "kling_kept",
    metadata,
    sa.Column("service", _text, primary_key=True),
    sa.Column("owner", _text, primary_key=True),
    sa.Column("kind", _text, primary_key=True),
    sa.Column("name", _text, primary_key=True),
    sa.Column("value", _text, nullable=False),
    sa.Column("changed_at", _time, nullable=False),
)
"""What the dashboard keeps for a person, or for everybody where the owner is empty: JSON by kind and name."""
