// Two videos, one set of controls: the second follows the first.
const TOLERANCE = 0.08; // seconds apart before the follower is pulled back into step

export default function ({ data, parentElement }) {
  const videos = [...parentElement.querySelectorAll("video")];
  const [lead, follower] = videos;
  const button = parentElement.querySelector("button");
  const slider = parentElement.querySelector("input");
  videos.forEach((video, side) => {
    const { url, cover, name } = data.sides[side];
    if (video.getAttribute("src") !== url) {
      video.src = url;
      video.poster = cover || "";
    }
    video.parentElement.querySelector("figcaption").textContent = name;
  });

  const follow = () => {
    const at = follower.duration ? lead.currentTime % follower.duration : 0;
    if (Math.abs(follower.currentTime - at) > TOLERANCE) follower.currentTime = at;
  };
  const toggle = () => {
    const play = lead.paused;
    follow();
    videos.forEach((video) => (play ? video.play() : video.pause()));
    button.textContent = play ? "Pause" : "Play";
  };
  const seek = () => {
    if (!lead.duration) return;
    lead.currentTime = (slider.value / 1000) * lead.duration;
    follow();
  };
  const progress = () => {
    if (!lead.isConnected) videos.forEach((video) => video.pause()); // the pair was left
    follow();
    if (lead.duration) slider.value = (lead.currentTime / lead.duration) * 1000;
  };
  button.onclick = toggle;
  videos.forEach((video) => (video.onclick = toggle));
  slider.oninput = seek;
  lead.ontimeupdate = progress;
}
