"use strict";

const KEY = "score-studio-token";
const byId = (id) => document.getElementById(id);
let limits = null;

/** The token comes behind the # of the address, which is not sent to any server, and is kept for this tab. */
function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname);
  }
}

/** Ask the service; returns its answer, or throws an Error with a sentence for people. */
async function ask(path, options = {}) {
  const token = sessionStorage.getItem(KEY);
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch {
    throw new Error("The service cannot be reached. Is score-studio serve still running?");
  }
  const body = await response.json();
  if (response.status === 401) byId("access").hidden = false;
  if (!response.ok) throw new Error([body.error, body.remedy].filter(Boolean).join(" "));
  return body;
}

async function showModel() {
  const place = byId("model");
  try {
    const facts = await ask("/v1/model");
    byId("access").hidden = true;
    limits = facts.limits;
    const ready = facts.device ? `on ${facts.device}, ${facts.dtype}` : "still loading";
    const scale = `scores from ${facts.low.toFixed(2)} to ${facts.high.toFixed(2)}${facts.lower_is_better ? ", lower is better" : ""}`;
    place.textContent = `${facts.model.version} · ${scale} · ${ready}`;
    if (!facts.device) setTimeout(showModel, 2000);
  } catch (error) {
    place.textContent = error.message;
  }
}

function element(tag, name, text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

/** The distribution over the ten labels as bars, in the order of their values. */
function bars(shares) {
  const sorted = [...shares].sort((one, other) => one.value - other.value);
  const most = Math.max(...sorted.map((one) => one.probability));
  const chart = element("div", "bars");
  chart.setAttribute("role", "img");
  chart.setAttribute("aria-label", sorted.map((one) => `${one.value.toFixed(2)}: ${(100 * one.probability).toFixed(0)}%`).join(", "));
  for (const one of sorted) {
    const bar = element("span", "");
    bar.style.height = `${(100 * one.probability) / most}%`;
    bar.title = `${one.value.toFixed(2)}: ${(100 * one.probability).toFixed(1)}%`;
    chart.append(bar);
  }
  const ends = element("div", "ends");
  ends.append(element("span", "", sorted[0].value.toFixed(2)), element("span", "", sorted.at(-1).value.toFixed(2)));
  return [chart, ends];
}

async function score(file) {
  const entry = document.createElement("article");
  const image = document.createElement("img");
  image.alt = "";
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  const facts = document.createElement("div");
  facts.append(element("div", "name", file.name));
  const place = element("p", "soft", "Scoring…");
  facts.append(place);
  entry.append(image, facts);
  byId("results").prepend(entry);
  try {
    if (limits && file.size > limits.image_bytes) throw new Error(`The image is larger than ${Math.floor(limits.image_bytes / 1e6)} MB.`);
    const form = new FormData();
    form.append("image", file);
    const found = await ask(`/v1/score?explain=${byId("explain").checked}`, { method: "POST", body: form });
    place.replaceWith(
      element("div", "score", found.score.toFixed(2)),
      element("div", "soft interval", `${Math.round(100 * found.interval.coverage)}% of the distribution: ${found.interval.low.toFixed(2)} to ${found.interval.high.toFixed(2)}`),
      ...bars(found.probabilities),
      element("p", "explanation", found.explanation),
    );
  } catch (error) {
    place.className = "problem";
    place.textContent = error.message;
  }
}

/** Images go one after the other in the order in which they were dropped; the service batches what waits. */
async function scoreAll(files) {
  const waiting = [...files];
  const worker = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) await score(file);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

takeToken();
showModel();
window.addEventListener("hashchange", () => { takeToken(); showModel(); });
byId("images").addEventListener("change", (event) => { scoreAll(event.target.files); event.target.value = ""; });
byId("access").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, byId("token").value.trim());
  byId("token").value = "";
  showModel();
});
const drop = byId("drop");
for (const kind of ["dragenter", "dragover"]) document.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
document.addEventListener("dragleave", () => drop.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  scoreAll(event.dataTransfer.files);
});
