"""Looking a second time at pictures that are too small, too dark or too blurred to be read at the first."""
