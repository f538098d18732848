"""What is to be seen in the pictures: one function for each window, in files by their kind."""
