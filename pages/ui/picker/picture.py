"""Choose the picture of a person: a file, or one that Kling has from before."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import streamlit as st

from kling import KlingError, Upload
from kling.media import Fix, Purpose, problems
from kling.models.lenient import without_signature
from kling.orders import PictureFile
from pages.ui import panels, picker, session, wording
from pages.ui.fragments import fragment
from pages.ui.picker import people, repairs
from pages.ui.session import PictureAddress, shared

SHOWN = 24
ENDINGS = ["jpg", "jpeg", "png", "webp", "heic", "heif", "avif", "bmp", "tif", "tiff", "gif"]
MOST_MB = 50
"""What a camera makes; a picture that Kling finds too large is made smaller here."""


@fragment()
def choose_picture() -> None:
    """Offers both ways; the choice lands in the draft."""
    if session.draft().picture is not None:
        st.rerun()
    new, before = st.tabs(["From this computer", "Used before"])
    with new:
        picture = upload_picture("picture file", "A picture of one person, clearly visible", "picture")
        if picture:
            session.forget_uploaded()
            session.choose_picture(picture)
            st.rerun()
    with before:
        choose_earlier()


def upload_picture(key: str, label: str, purpose: Purpose) -> PictureFile | None:
    """A picture from the person's computer, once nothing is wrong with it any more; the way there is shown here."""
    file = st.file_uploader(label, type=ENDINGS, key=key, max_upload_size=MOST_MB)
    if file is None:
        return None
    try:
        data, media = session.uploaded_picture(file)
    except KlingError as error:
        panels.show_error(error)
        return None
    found = problems(media, purpose)
    if not found:
        return PictureFile(file.name, data, media.content_type)
    st.caption(wording.NOTHING_SENT)
    repairs.show(found, key, functools.partial(repair, file.file_id), is_video=False)
    st.image(data, alt="The chosen picture", width=120)
    return None


def repair(file_id: str, fixes: Sequence[Fix]) -> None:
    try:
        session.repair_uploaded(file_id, fixes)
    except KlingError as error:
        st.toast(wording.plain(str(error)), icon=":material/error:")


def choose_earlier() -> None:
    snapshot = session.latest("pictures")
    panels.show_trouble(snapshot, place="pictures")
    pictures: list[Upload] = snapshot.value or []
    if panels.is_loading([snapshot]):
        panels.show_waiting(200, snapshot)
    elif not pictures and snapshot.error is None:
        st.caption("No picture has been sent to Kling yet. The ones you use will be found here.")
    if pictures:
        show_cards(pictures[:SHOWN])
    panels.tick(panels.refresh_interval([snapshot], 60), "pictures")


def show_cards(pictures: list[Upload]) -> None:
    stars = shared.favourites().of(session.person())
    known, titles = {each.key: each for each in pictures}, shared.orders().picture_titles()
    cards = [
        picker.Card(key, name_of(each, titles), session.address(each.url), words=each.name or "", star=key in stars)
        for key, each in known.items()
    ]
    named = {card.key: PictureAddress(known[card.key].url or "", card.name) for card in cards}
    picker.show("pictures picker", cards, lambda key: session.choose_picture(named[key]), "No picture fits.")


def name_of(picture: Upload, titles: Mapping[str, str]) -> str:
    """What people know a picture by that was sent before; `titles` of orders by the address of their picture."""
    sent_as = wording.picture_of_title(titles.get(without_signature(picture.url or "")))
    return wording.picture_name(sent_as, picture.name, picture.create_time)


def show_picture(picture: PictureFile | PictureAddress) -> None:
    """The chosen picture, and the way back."""
    shown = picture.data if isinstance(picture, PictureFile) else session.address(picture.url)
    generation = session.draft_generation()
    if generation is not None and "person" in generation.options:
        people.choose(picture)
    elif shown:
        st.image(shown, alt="The chosen picture")
    st.markdown(f"**{wording.plain(picture.name)}**")
    st.button("Choose another picture", icon=":material/undo:", on_click=session.choose_picture, args=(None,))
