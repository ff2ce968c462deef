"""Who may use the web app: users, their passwords and sessions, one-time links, and the slowing down of guesses."""
