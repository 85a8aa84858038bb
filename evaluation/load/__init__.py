"""How a server bears many clients at once: its speed, its memory, what it refuses, and what it loses when stopped."""
