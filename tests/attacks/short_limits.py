"""The dashboard as a process of its own, in which what takes a minute or many tries takes a second or a few."""

import sys

from streamlit.web.cli import main

from pages.server import uploads
from pages.ui.session.rates import RATES, Rate

uploads.UNUSED_SECONDS, uploads.LOOK_SECONDS = 2.0, 0.2
RATES["uploads"] = Rate(5, 1)

if __name__ == "__main__":
    sys.exit(main())
