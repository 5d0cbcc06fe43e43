"""The dashboard as a process of its own, which lets go of unused files within a second."""

import sys

from streamlit.web.cli import main

from pages.server import uploads

uploads.UNUSED_SECONDS, uploads.LOOK_SECONDS = 0.5, 0.2

if __name__ == "__main__":
    sys.exit(main())
