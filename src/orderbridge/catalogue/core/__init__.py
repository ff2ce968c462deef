"""Operations that touch no provider."""
