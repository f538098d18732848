"use strict";

const LANGUAGES = { zh: "🇨🇳", en: "🇬🇧", yue: "🇭🇰", ja: "🇯🇵", ko: "🇰🇷" };
const EMOTIONS = {
  HAPPY: "😊", SAD: "😔", ANGRY: "😡", FEARFUL: "😰", DISGUSTED: "🤢", SURPRISED: "😮",
};
const EVENTS = {
  BGM: "🎼", Applause: "👏", Laughter: "😀", Cry: "😭", Sneeze: "🤧", Breath: "🌬️", Cough: "😷",
  Sing: "🎤",
};

const byId = (id) => document.getElementById(id);

// The server puts the sentences in, in the reader's language.
function filled(sentence, fields) {
  return sentence.replace(/\{(\w+)\}/g, (_all, field) => fields[field]);
}

function element(name, text, kind) {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function showAddresses(wantsToken) {
  const socket = location.origin.replace(/^http/, "ws");
  for (const each of document.querySelectorAll(".base")) each.textContent = location.origin;
  for (const each of document.querySelectorAll(".socket")) {
    each.textContent = wantsToken ? `${socket}/?token=TOKEN` : socket;
  }
  for (const each of document.querySelectorAll(".auth")) {
    each.textContent = wantsToken ? ' -H "Authorization: Bearer TOKEN"' : "";
  }
  for (const each of document.querySelectorAll(".key")) {
    each.textContent = wantsToken ? "TOKEN" : "any";
  }
  byId("token-form").hidden = !wantsToken;
}

async function look() {
  const state = byId("state");
  try {
    const health = await (await fetch("/health")).json();
    state.textContent = {
      ready: _("Ready."),
      loading: _("The model is being loaded …"),
    }[health.status] ?? health.reason;
    state.className = health.status;
    if (health.status === "loading") setTimeout(look, 500);
  } catch {
    state.textContent = _("The server gives no answer.");
    state.className = "failed";
  }
}

function time(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function line(segment) {
  const item = document.createElement("li");
  const signs = [LANGUAGES[segment.language], EMOTIONS[segment.emotion], EVENTS[segment.event]];
  const shown = element("span", signs.filter(Boolean).join(" "));
  shown.title = `${segment.language}, ${segment.emotion}, ${segment.event}`;
  item.append(element("time", time(segment.start)), shown, element("span", segment.text));
  return item;
}

function show(name, answer, tookMs) {
  const about = filled(_("{name}: {length} s of audio in {took} s"), {
    name, length: answer.duration.toFixed(1), took: (tookMs / 1000).toFixed(2),
  });
  const list = document.createElement("ol");
  list.append(...answer.segments.map(line));
  const none = element("p", _("No speech was heard."));
  byId("result").replaceChildren(
    element("p", about, "about"), answer.segments.length ? list : none,
  );
}

async function transcribe(file) {
  const result = byId("result");
  result.replaceChildren(element("p", filled(_("{name} is being recognised …"), { name: file.name }), "about"));
  const form = new FormData();
  form.append("file", file);
  form.append("response_format", "verbose_json");
  const token = byId("token").value.trim();
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const began = performance.now();
  try {
    const response = await fetch("/v1/audio/transcriptions", { method: "POST", body: form, headers });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error.message);
    show(file.name, answer, performance.now() - began);
  } catch (error) {
    result.replaceChildren(element("p", error.message, "wrong"));
  }
}

const drop = byId("drop");
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files.length) transcribe(event.dataTransfer.files[0]);
  });
}
byId("file").addEventListener("change", (event) => {
  if (event.target.files.length) transcribe(event.target.files[0]);
  event.target.value = "";
});
byId("token-form").addEventListener("submit", (event) => event.preventDefault());

showAddresses(false);
fetch("/v1/models").then((response) => showAddresses(response.status === 401));
look();
