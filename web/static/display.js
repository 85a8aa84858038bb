// The display panel of every page: colours take effect at once, and the keyboard's own switch is kept.

const form = document.getElementById("theme-form");
const panel = document.querySelector(".display");
const keys = document.getElementById("keys");
const slash = document.getElementById("slash");
const scheme = document.querySelector("meta[name=color-scheme]");
const YEAR = 31_536_000; // seconds, as in theme.py

function chosen() {
  return /(?:^|;\s*)theme=(light|dark)/.exec(document.cookie)?.[1] ?? "system";
}

function paint(theme) {
  document.documentElement.dataset.theme = theme;
  scheme.content = theme === "system" ? "light dark" : theme;
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", button.value === theme);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const theme = event.submitter.value;
  document.cookie = `theme=${theme}; path=${form.dataset.path}; max-age=${YEAR}; samesite=lax`;
  paint(theme);
});

// A page that comes back from the browser's memory may have been left before the choice was made.
window.addEventListener("pageshow", (event) => event.persisted && paint(chosen()));

function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is forbidden: the switch holds for this page
  }
}

keys.hidden = false;
slash.checked = stored("slash") !== "off";
slash.addEventListener("change", () => {
  try {
    localStorage.setItem("slash", slash.checked ? "on" : "off");
  } catch {
    // as above
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.activeElement.closest("details[open]") ?? document.querySelector(".display[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
  event.preventDefault(); // the key has done its work
});

document.addEventListener("click", (event) => {
  if (!panel.contains(event.target)) panel.open = false;
});
