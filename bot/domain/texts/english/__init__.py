"""English for what is kept in Chinese: warnings and failures are stored as sentences, and told as the caller wishes."""
