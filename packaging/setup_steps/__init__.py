"""The steps of packaging/bootstrap.py: standard library only, run before anything is installed."""
