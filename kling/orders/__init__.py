"""Paid requests and uploads, handed over by a page and done in the background, whatever happens to the process."""

from kling.orders.records import Cost, Order, PictureFile, Step
from kling.orders.service import Orders, Trouble, VideoOrder
from kling.orders.steps import Client, Pace

__all__ = ["Client", "Cost", "Order", "Orders", "Pace", "PictureFile", "Step", "Trouble", "VideoOrder"]
