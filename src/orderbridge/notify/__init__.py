"""Messages to the people who run this installation, through the channels that they set up."""
