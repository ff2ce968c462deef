"""The calendar: days with what is planned and what happened."""
