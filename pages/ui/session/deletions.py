"""Tasks and motions that this person has deleted at Kling."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection

from kling import Motion, NotFound
from kling.orders import Client, Order
from pages.ui.session import archived, shared
from pages.ui.session.accounts import account, feeds, person
from pages.ui.session.identity import note


def deletion_of(task_id: int | None) -> Order | None:
    """The last attempt to delete a task."""
    return shared.orders().last(f"delete task {task_id} ")


def delete_task(task_id: int, of: str = "") -> None:
    """Have a task, with its videos or its motion, deleted at Kling for good; in the account in use, or that of `of`.

    Once it is gone there, the copy kept here goes to the bin.
    `NotAllowed` where it is not theirs.
    """
    upstream, who = shared.feeds(of) if of else feeds(), person()
    orders, results_bin = shared.orders(), archived.results_bin()

    def then() -> None:
        deletion = orders.last(f"delete task {task_id} ")
        upstream.task_was_deleted(task_id)
        if deletion is not None and (deletion.is_accepted or isinstance(deletion.error, NotFound)):
            results_bin.put_in([str(task_id)], who)

    _delete(
        f"task {task_id}",
        lambda client: client.delete_task(task_id),
        then,
        orders.owner_of(task_id),
        of,
    )


def delete_pictures(urls: Collection[str], of: str) -> None:
    """Have uploaded pictures deleted at Kling for good: those whose files are at these addresses. For admins."""
    pictures = shared.feeds(of or None).pictures
    if urls:
        _delete(f"{len(urls)} pictures", lambda client: client.delete_pictures(urls), pictures.look_again, "", of)


def deletion_of_motion(motion: Motion) -> Order | None:
    """The last attempt to delete a motion."""
    return shared.orders().last(f"delete {_name_of(motion)} ")


def delete_motion(motion: Motion) -> None:
    """Have a motion of ours deleted at Kling for good: with the task it came from, or the file that it is."""
    if motion.task_id is not None:
        delete_task(motion.task_id)
    elif motion.can_be_deleted:
        upstream, url = feeds(), motion.video_url or ""
        _delete(
            _name_of(motion),
            lambda client: client.delete_reference_motion(url),
            lambda: upstream.own_motions.look_again(),
            owner_of_motion(motion),
        )


def owner_of_motion(motion: Motion) -> str:
    """Who had it made or uploaded it here; empty for what was made elsewhere."""
    return shared.orders().owner_of(motion.task_id, motion.video_url)


def _name_of(motion: Motion) -> str:
    # As Python writes it: where a text with spaces ends is then plain to `last`, which looks for the beginning.
    return f"motion {motion.key!r}" if motion.task_id is None else f"task {motion.task_id}"


def _delete(what: str, delete: Callable[[Client], object], then: Callable[[], None], owner: str, of: str = "") -> None:
    """Asking again while it is under way changes nothing. `NotAllowed` where it is somebody else's."""
    last = shared.orders().last(f"delete {what} ")
    if last is None or last.error is not None:
        order_id = f"delete {what} {uuid.uuid4().hex}"
        shared.orders().place_deletion(
            order_id, "Deleting", delete, then=then, account=of or account() or "", by=person(), owner=owner
        )
        note("deleted", what)
