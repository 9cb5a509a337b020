"""What admins do over the API: prompts are edited, tried, accepted and rolled back, and the house is looked at."""
