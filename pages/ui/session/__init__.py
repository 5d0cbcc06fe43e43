"""What one person's session holds (`state`), and what all sessions of the process share (`shared`)."""

from pages.ui.session.state import *  # noqa: F403
