"""Operations as a requester means them."""
