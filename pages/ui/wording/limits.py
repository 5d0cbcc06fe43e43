"""Who may use the dashboard, what was too much, and what to do then."""

PRACTICE = "**Practice mode.** Nothing is sent to Kling and nothing is charged. The videos are made up."
NOBODY_SIGNS_IN = {
    False: "Nobody signs in here: this dashboard serves its own machine only.",
    True: "Nobody signs in here: everybody who can reach this dashboard may use it.",
}
TOO_MUCH_UPLOADED = (
    "This file was not taken: too many files are held here at the moment. Nothing was sent to Kling. Take out files "
    "that you do not need, wait a minute and choose it again."
)
TOO_OFTEN = "That was very often within a short time. Nothing was sent or changed. Wait a minute and try again."
TOO_MANY_DOWNLOADS = "Two of your downloads are still under way. Wait until one is finished, then try again."
