"""What jobs must know again after a restart, on every database."""

from gateway.adapters.sql.memos import Memos, SqlListingBook
from gateway.adapters.sql.store import Store
from gateway.ports.listings import Book
from gateway.reputation.listings import Listing, Opinion, Trust

BOOK = Book(
    {
        "one.example": Listing(
            "one.example",
            is_listed=True,
            since=30.0,
            opinions=(Opinion("dbl", True, 0.0, 30.0, "bad (127.0.1.4)", 30.0), Opinion("uribl", False, 1.5, 30.0)),
        )
    },
    {"dbl": Trust("dbl"), "odd": Trust("odd", is_aside=True, since=5.0, reason="lists", right_since=7.0)},
    31.25,
)


def test_last_document_of_each_name_is_kept(store: Store) -> None:
    """The one before is gone; another name is another document."""
    memos = Memos(store.engine)
    memos.save("a", "1")
    memos.save("b", "2")
    memos.save("a", "3")

    assert ("3", "2", "") == (memos.load("a"), memos.load("b"), memos.load("c"))


def test_book_comes_back_as_it_was(store: Store) -> None:
    """Every opinion and every trust."""
    book = SqlListingBook(Memos(store.engine))
    empty = book.load()
    book.save(BOOK)

    assert (Book(), BOOK) == (empty, book.load())


def test_book_of_another_version_is_empty(store: Store) -> None:
    """Listings are heard anew; a domain that rests stays so until somebody brings it back."""
    Memos(store.engine).save("listings", '{"listings": 7}')

    assert Book() == SqlListingBook(Memos(store.engine)).load()
