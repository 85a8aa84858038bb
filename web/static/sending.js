// A question on its way to the server: how long it is waited for, and what is said where no answer comes of it.

import { fragment } from "./views.js";

const PATIENCE = 20_000; // ms
// The server refuses, and says why in words for readers; sent again at once it would say the same.
const REFUSED = [404, 409, 410, 413, 422, 429, 503];
const UNREACHED = "The server cannot be reached. Ask again in a moment.";

function paragraph(text) {
  return Object.assign(document.createElement("p"), { textContent: text });
}

// Fetch, until the patience ends or the reader gives up.
async function fetchInTime(address, options, givenUp) {
  const control = new AbortController();
  const stop = () => control.abort();
  const timer = setTimeout(stop, PATIENCE);
  givenUp.addEventListener("abort", stop);
  try {
    const response = await fetch(address, { ...options, signal: control.signal });
    return { response, html: await response.text() };
  } finally {
    clearTimeout(timer);
    givenUp.removeEventListener("abort", stop);
  }
}

// Give what the server rendered, as `content`, or why it refuses, as `refusal`; throws on anything else.
export async function fetchPart(address, options, givenUp) {
  const { response, html } = await fetchInTime(address, options, givenUp);
  if (response.ok) return { content: fragment(html) };
  if (!REFUSED.includes(response.status)) throw new Error(`answered ${response.status}`);
  const content = fragment(html);
  // What is refused of a question comes alone; what is refused otherwise comes as a page of its own.
  return { refusal: content.querySelector("main .detail") ?? content.querySelector("p") ?? paragraph(UNREACHED) };
}

// Say why there is no use in letting the browser send the form: it would show a page of its own and lose ours. Null
// where the server is there.
export async function whyUnreached(address) {
  try {
    await fetch(address, { method: "HEAD" });
    return null;
  } catch {
    return paragraph(UNREACHED);
  }
}

export function notCome() {
  return paragraph("The answer did not come. Look at this page anew to see whether it was kept, then ask again.");
}
