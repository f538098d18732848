"""What happens to text between the recogniser and the person."""
