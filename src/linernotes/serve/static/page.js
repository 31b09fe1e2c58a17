// What the page does by itself, over forms and links that work without it: keys, one player at a time,
// the typical part, and telling what went wrong.

const TYPICAL_S = 30;
const VERDICT_BY_KEY = { l: "like", s: "skip", d: "dislike", u: "undo" };

const picks = () => [...document.querySelectorAll(".pick")];
const currentPick = () => document.activeElement?.closest(".pick");

function tell(text) {
  const told = document.getElementById("told");
  if (told) told.textContent = text;
}

// --- players

function playFrom(button) {
  const audio = button.closest(".player").querySelector("audio");
  const start = Number(button.value);
  const stop = () => {
    if (audio.currentTime >= start + TYPICAL_S) {
      audio.pause();
      audio.removeEventListener("timeupdate", stop);
    }
  };
  const seek = () => {
    audio.currentTime = start;
    audio.addEventListener("timeupdate", stop);
  };
  if (audio.readyState >= HTMLMediaElement.HAVE_METADATA) seek();
  else audio.addEventListener("loadedmetadata", seek, { once: true });
  play(audio);
}

function play(audio) {
  audio.play().catch(() => tell("This recording cannot be played here."));
}

function pauseOthers(event) {
  for (const audio of document.querySelectorAll("audio")) {
    if (audio !== event.target) audio.pause();
  }
}

// --- keys

function search() {
  const box = document.getElementById("q");
  if (box) box.select();
  else document.querySelector("header h1 a").click();
}

function move(step) {
  const all = picks();
  const at = all.indexOf(currentPick());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function toggle(pick) {
  const audio = pick.querySelector("audio");
  if (!audio) tell("There is no recording of this song here.");
  else if (audio.paused) play(audio);
  else audio.pause();
}

function onPick(key) {
  const pick = currentPick();
  if (!pick) return false;
  if (key === " ") toggle(pick);
  else if (key === "t") pick.querySelector(".typical")?.click();
  else if (key in VERDICT_BY_KEY) pick.querySelector(`button[value="${VERDICT_BY_KEY[key]}"]`)?.click();
  else return false;
  return true;
}

function onPage(key) {
  if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "/") search();
  else if (key === "?") document.getElementById("keys").showModal();
  else return false;
  return true;
}

const takesKeys = (element) => element.closest("input, select, textarea, dialog, [contenteditable]");
const takesSpace = (element) => element.closest("button, a, summary, audio");

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || takesKeys(event.target)) return;
  if (event.key === " " && takesSpace(event.target)) return;
  if (onPick(event.key) || onPage(event.key)) event.preventDefault();
}

// --- what changed in place

function leaveOutEmpty(event) {
  const fields = event.detail.formData;
  for (const name of new Set(fields.keys())) {
    const said = fields.getAll(name).filter((value) => value !== "");
    fields.delete(name);
    for (const value of said) fields.append(name, value);
  }
}

function keepFocus(event) {
  // A pick that was replaced has lost the focus of the keys; its buttons are found again by their ids.
  const pick = event.detail.elt?.closest?.(".pick");
  if (pick && document.activeElement === document.body) pick.focus({ preventScroll: true });
}

function beginAtTop(event) {
  // A page in the place of another begins like one that was loaded: at its top, with the keys at hand.
  if (!event.detail.boosted) return;
  window.scrollTo(0, 0);
  document.getElementById("main").focus({ preventScroll: true });
}

function showErrors(event) {
  // A page that says what went wrong takes the place of this one, as it does without a script.
  if (event.detail.boosted && event.detail.xhr.status >= 400) event.detail.shouldSwap = true;
}

function tellError(event) {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  tell(page.querySelector("[role=alert]")?.textContent || "That did not work. Is the server still there?");
}

document.addEventListener("keydown", onKey);
document.addEventListener("play", pauseOthers, true);
document.addEventListener("click", (event) => {
  const button = event.target.closest(".typical");
  if (button) playFrom(button);
});
document.addEventListener("htmx:configRequest", leaveOutEmpty);
document.addEventListener("htmx:beforeSwap", showErrors);
document.addEventListener("htmx:afterSettle", keepFocus);
document.addEventListener("htmx:afterSettle", beginAtTop);
document.addEventListener("htmx:responseError", tellError);
document.addEventListener("htmx:sendError", tellError);
