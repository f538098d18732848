"""What shows that the program works, on machines with neither a screen nor a sound card."""
