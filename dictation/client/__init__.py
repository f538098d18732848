"""A recogniser on another machine, with the contract of the one in a process of our own."""
