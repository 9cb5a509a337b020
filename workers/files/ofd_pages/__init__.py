"""What an OFD shows: the texts of a page that a person sees, with their places."""
