"""Operations: what a server says of itself, how much it takes on at once, and how it starts and stops."""
