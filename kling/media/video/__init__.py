"""Videos with PyAV. All of it runs in a child process (`kling.media.child_process`): call it through `kling.media`."""
