"""Who may use the server: what pages of other origins may do."""
