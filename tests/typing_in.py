"""What a browser sends of an editor of definitions."""

from collections.abc import Iterator

from django.http import QueryDict

from cheji.web.editors import Box, Item, Shown


def sent(shown: Shown) -> QueryDict:
    """Every input that is there, ticks only when set."""
    post = QueryDict(mutable=True)
    for box in boxes(shown):
        if box.entry.kind == "flag":
            post.update({box.name: "on"} if box.value else {})
        elif box.entry.kind == "picks":
            post.update({pick.name: pick.value for pick in box.picks})
        elif box.ticked:
            post.setlist(box.name, [value for value, _label, on in box.choices if on])
        else:
            post[box.name] = box.value
    return post


def boxes(part: Shown | Item) -> Iterator[Box]:
    """Every input of an editor or of a card, in the order of the page."""
    for block in part.blocks.values():
        yield from block
    for listed in part.lists.values():
        for line in listed.rows:
            yield from line.boxes
    for cards in part.cards.values():
        for item in cards.rows:
            yield from boxes(item)
