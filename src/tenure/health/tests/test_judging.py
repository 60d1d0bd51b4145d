"""Words held against what came: counts by hand, and nothing said of too few."""

from tenure.health.judging import LEAST, Word, report


def words(author: str, *, feared: bool, left: int, stayed: int, first: int = 0) -> list[Word]:
    return [Word(first + n, author, feared, n < left) for n in range(left + stayed)]


def test_shares_of_each_kind_and_author() -> None:
    ana = [*words("Ana", feared=True, left=6, stayed=4), *words("Ana", feared=False, left=1, stayed=9, first=100)]
    ben = words("Ben", feared=True, left=3, stayed=0, first=200)
    found = report([*ben, *ana])
    assert [each.author for each in found.authors] == ["Ana", "Ben"]
    hers, his = found.authors
    assert (hers.feared.left, hers.feared.stayed, hers.at_ease.left, hers.at_ease.stayed) == (6, 4, 1, 9)
    assert hers.feared.share is not None
    assert hers.feared.share.value == 0.6
    assert hers.right is not None
    assert hers.right.value == 15 / 20
    assert (his.feared.share, his.right, his.accounts) == (None, None, 3)
    assert (found.all.said, found.all.accounts) == (23, 23)


def test_words_about_one_account_say_less_than_as_many_about_many() -> None:
    many = report(words("Ana", feared=True, left=6, stayed=6)).all.feared.share
    same = report([Word(n // 6, "Ana", True, n < 6) for n in range(12)]).all.feared.share
    assert many is not None
    assert same is not None
    assert same.value == many.value == 0.5
    assert same.high - same.low > many.high - many.low


def test_too_few_words_have_no_share() -> None:
    assert report(words("Ana", feared=True, left=LEAST - 1, stayed=0)).all.feared.share is None
    assert report(words("Ana", feared=True, left=LEAST, stayed=0)).all.feared.share is not None
    assert report([]).all.right is None
