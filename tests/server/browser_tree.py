"""What Streamlit's front end holds of a page, as far as it decides whether the next element can be placed.

After `AppRoot` of Streamlit 1.67: an element whose place cannot be reached makes it clear the whole page, for good.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ENDS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass
class Node:
    """An element, or a block (whose `kind` is not empty) with its children; `run` placed it last."""

    run: str
    kind: str = ""
    page: str = ""
    fragment: str = ""
    is_toast: bool = False
    children: list[Node] = field(default_factory=list)


class BrowserTree:
    """Takes in every message to one browser. Raises `IndexError` where an element has no place."""

    def __init__(self) -> None:
        self.roots = [Node("", "root") for _ in range(4)]
        self.page = self.run = self.main = ""
        self.is_drawn = False
        """Whether the last run of the whole page has come to its end."""

    def take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._begin(message)
        elif kind == "navigation":
            self.page = message.navigation.page_script_hash
        elif kind == "delta":
            self._place(message)
        elif kind == "script_finished" and message.script_finished in ENDS:
            self.is_drawn = message.script_finished == ENDS[0]
            self._clear(message.metadata.run.script_run_id, list(message.metadata.run.fragment_ids))

    def _begin(self, message: ForwardMsg) -> None:
        new = message.new_session
        self.run, self.main = message.metadata.run.script_run_id, new.main_script_hash
        self.is_drawn = False
        if new.page_script_hash != self.page:
            for root in self.roots:
                root.children = [kept for each in root.children if (kept := self._of_main_script(each))]

    def _of_main_script(self, node: Node) -> Node | None:
        node.children = [kept for each in node.children if (kept := self._of_main_script(each))]
        return node if node.page == self.main else None

    def _place(self, message: ForwardMsg) -> None:
        first, *path = message.metadata.delta_path
        parent = self.roots[first]
        for index in path[:-1]:
            parent.run = self.run
            parent = self._child(parent, index, message)
        parent.run = self.run
        found = parent.children[path[-1]] if path[-1] < len(parent.children) else None
        node = self._node(message, found)
        if found is None and path[-1] > len(parent.children):
            raise IndexError(f"no place {path} in {first}: {len(parent.children)} there\n{message}")
        parent.children[path[-1] : path[-1] + 1] = [node]

    def _child(self, parent: Node, index: int, message: ForwardMsg) -> Node:
        if index >= len(parent.children) or not parent.children[index].kind:
            raise IndexError(f"no block at {message.metadata.delta_path}, {index}\n{message}")
        return parent.children[index]

    def _node(self, message: ForwardMsg, found: Node | None) -> Node:
        delta, page = message.delta, message.metadata.active_script_hash
        kind = delta.WhichOneof("type")
        if kind == "new_transient" and found is not None:
            return found
        if kind != "add_block":
            return Node(self.run, "", page, delta.fragment_id, delta.new_element.WhichOneof("type") == "toast")
        block = delta.add_block.WhichOneof("type") or "block"
        is_same = found is not None and found.kind == block and block != "dialog"
        return Node(self.run, block, page, delta.fragment_id, False, found.children if found and is_same else [])

    def _clear(self, run: str, fragments: list[str]) -> None:
        if fragments or run == self.run:
            for root in self.roots:
                kept = self._fresh(root, run, fragments, False)
                root.children = kept.children if kept else []

    def _fresh(self, node: Node, run: str, fragments: list[str], is_inside: bool) -> Node | None:
        """Nothing where the node is stale: not drawn by the run although it is of what ran."""
        if not node.kind:
            is_kept = node.is_toast or node.run == run or (bool(fragments) and not (node.fragment and is_inside))
            return node if is_kept else None
        if node.run != run and (is_inside or not fragments):
            return None
        is_inside = is_inside or (node.fragment in fragments and node.run == run)
        node.children = [kept for each in node.children if (kept := self._fresh(each, run, fragments, is_inside))]
        return node
