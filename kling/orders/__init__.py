"""Paid requests and uploads, handed over by a page and done in the background, whatever happens to the process."""

from kling.orders.context import Client
from kling.orders.estimates import Expectation, Price
from kling.orders.pace import Pace
from kling.orders.placing import VideoOrder
from kling.orders.reading import Trouble
from kling.orders.records import Cost, Order, PictureFile, Step
from kling.orders.service import Orders

__all__ = [
    "Client",
    "Cost",
    "Expectation",
    "Order",
    "Orders",
    "Pace",
    "PictureFile",
    "Price",
    "Step",
    "Trouble",
    "VideoOrder",
]
