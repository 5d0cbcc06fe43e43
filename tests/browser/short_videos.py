"""The dashboard as a process of its own, in whose practice mode a video takes four seconds."""

import functools
import sys

from streamlit.web.cli import main

from kling.sandbox import create_app, server

vars(server)["create_app"] = functools.partial(create_app, seconds=4.0)

if __name__ == "__main__":
    sys.exit(main())
