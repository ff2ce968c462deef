"""Operations on HighLevel."""
