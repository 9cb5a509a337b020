"""What a picture claims of itself, checked before it is decoded."""
