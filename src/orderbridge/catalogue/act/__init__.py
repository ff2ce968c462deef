"""Operations on Act!."""
