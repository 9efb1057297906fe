"""Children before and after they are ready."""

from gateway.app.cast import Cast, Role, are_ready


def test_each_role_gets_a_child_of_its_own() -> None:
    """Unborn, in the order of the roles, and not ready before all have said so."""
    cast = Cast({"a": Role(lambda _: 0), "b": Role(lambda _: 0)}, 1.0, lambda: None)
    children = cast.unborn()
    children[0].notice = {}

    assert [(child.name, child.pid) for child in children] == [("a", 0), ("b", 0)]
    assert (are_ready(children), are_ready(children[:1])) == (False, True)
