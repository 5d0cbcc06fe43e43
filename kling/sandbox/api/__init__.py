"""The wire: paths, parameters, answers, callbacks, and faults on purpose."""
