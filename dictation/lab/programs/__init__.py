"""Small programs that run on a virtual desktop beside the real ones."""
