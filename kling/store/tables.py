"""Every table there is. A change here needs a migration: `python -m kling.store "what changes"`.

Times are seconds since the epoch. Names begin with `kling_`: a database may hold the tables of others as well.
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
    sa.UniqueConstraint("service", "task_id", name="kling_orders_one_holder"),
    sa.Index("kling_orders_by_step", "service", "step"),
    sa.Index("kling_orders_by_person", "service", "person"),
    sa.Index("kling_orders_by_acceptance", "service", "accepted_at"),
    sa.Index("kling_orders_by_month", "service", "passed_at"),
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
)
"""The accounts for which nothing is sent, until when and why."""
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
kept = sa.Table(
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
