// The library's pages with script: files can be dropped, what is too large is told before it is sent, and a job's page
// follows the job. It inserts only what the server rendered and escaped; without it every page works as well.

const MEGA = 1_000_000;

function size(bytes) {
  return bytes < MEGA ? `${Math.max(1, Math.round(bytes / 1000)).toLocaleString("en")} kB` : `${(bytes / MEGA).toFixed(1)} MB`;
}

// Files

function watchFiles(form) {
  const input = document.getElementById("files-input");
  const drop = document.getElementById("drop");
  const chosen = document.getElementById("chosen");
  const said = document.getElementById("files-said");
  const limits = form.dataset;

  function wrong(files) {
    const large = files.find((file) => file.size > limits.mostBytes);
    const together = files.reduce((sum, file) => sum + file.size, 0);
    if (large) return `“${large.name}” is larger than ${limits.mostBytes / MEGA} MB. Choose the files again, without it.`;
    if (files.length > limits.most) return `These are ${files.length} files. Choose at most ${limits.most} at a time.`;
    if (together > limits.mostBytesTogether) {
      return `The files have ${size(together)} together, more than ${limits.mostBytesTogether / MEGA} MB. Choose fewer.`;
    }
    return "";
  }

  function show() {
    const files = [...input.files];
    const lines = files.map((file) => {
      const line = document.createElement("li");
      const name = document.createElement("bdi");
      name.textContent = file.name;
      line.append(name, ` ${size(file.size)}`);
      return line;
    });
    chosen.replaceChildren(...lines);
    chosen.hidden = !files.length;
    said.textContent = wrong(files);
  }

  function take(event) {
    event.preventDefault();
    drop.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
    if (entries.some((entry) => entry?.isDirectory)) {
      said.textContent = "A folder cannot be dropped here. Open it and drop its files, or run: askarticle add FOLDER";
    } else if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      show();
    }
  }

  document.getElementById("drop-hint").hidden = false;
  input.addEventListener("change", show);
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", take);
  // A file that misses the place would be opened by the browser, and what was typed be gone.
  for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => event.preventDefault());
  form.addEventListener("submit", (event) => {
    const reason = wrong([...input.files]) || (input.files.length ? "" : "Choose a file, or drop some here.");
    if (!reason) return;
    event.preventDefault();
    said.textContent = reason;
    input.focus();
  });
  if (input.files.length) show(); // the browser kept them through a reload
}

// While a form is being sent its button says so, and pressing it again sends nothing twice.
function watchSending(form) {
  const button = form.querySelector("button[type=submit]");
  const label = button.textContent;
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
    button.setAttribute("aria-disabled", "true");
    button.textContent = "Sending…";
  });
  window.addEventListener("pageshow", () => {
    button.removeAttribute("aria-disabled");
    button.textContent = label;
  });
}

// A job

function follow(job) {
  const said = document.getElementById("job-said");
  const cancel = document.getElementById("cancel");
  const events = new EventSource(job.dataset.events);
  let state = "";

  function show(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    job.replaceChildren(template.content);
  }

  function announce() {
    const now = job.querySelector(".state").className;
    if (now === state) return; // not with every passage
    state = now;
    said.textContent = job.querySelector(".state").textContent;
  }

  events.addEventListener("progress", (event) => {
    show(event.data);
    announce();
  });
  events.addEventListener("end", (event) => {
    events.close();
    const focused = cancel.contains(document.activeElement);
    show(event.data);
    announce();
    document.title = `${job.querySelector(".state strong").textContent} – Ask the Article`;
    cancel.remove();
    if (focused) document.getElementById("job-heading").focus();
  });
  events.addEventListener("error", () => {
    if (events.readyState !== EventSource.CLOSED) return; // it tries again by itself
    const line = document.createElement("p");
    const again = document.createElement("a");
    Object.assign(again, { href: "", textContent: "Load the page again" });
    line.className = "error";
    line.append("The server cannot be followed any more. ", again);
    job.append(line);
  });
}

const files = document.getElementById("files-form");
const job = document.getElementById("job");
if (files) watchFiles(files);
for (const form of document.querySelectorAll(".library form[method=post]:not(#cancel)")) watchSending(form);
if (job?.dataset.events) follow(job);
