"""A day of a team, made shorter: people, orders, and everything that goes wrong on a bad one."""
