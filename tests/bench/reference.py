"""The page as such dashboards are written today: every session asks for itself and runs the whole page again."""

import os

import pandas as pd
import requests
import streamlit as st
from streamlit_autorefresh import st_autorefresh

st_autorefresh(interval=5000, key="refresh")
st.title("Tasks")
answer = requests.get(
    os.environ["KLING_API_URL"] + "/tasks",
    params={"pageSize": 100},
    headers={"Authorization": f"Bearer {os.environ['KLING_API_TOKEN']}"},
    timeout=60,
)
rows = [
    {
        "cover": item["works"][0]["cover"]["resource"] if item["works"] else None,
        "what": next((each["value"] for each in item["task"]["taskInfo"]["arguments"] if each["name"] == "prompt"), ""),
        "state": item["status_name"],
        "started": pd.Timestamp(item["task"]["createTime"], unit="ms"),
        "took": (item["task"]["updateTime"] - item["task"]["createTime"]) / 1000,
        "id": str(item["task"]["id"]),
    }
    for item in answer.json()["history"]
]
st.dataframe(pd.DataFrame(rows), column_config={"cover": st.column_config.ImageColumn("")}, hide_index=True)
