"""The overlay: a pill at the edge of the screen that shows what is being dictated."""
