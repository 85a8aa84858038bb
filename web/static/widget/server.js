// Asking the server, and why it does not answer, in words.

const PATIENCE = 20_000; // ms
const PROBE = 5_000; // ms

// What a reader is told in place of an answer.
export class Refusal extends Error {}

let blocked = null; // the last address that this page's own policy did not let the widget reach
document.addEventListener("securitypolicyviolation", (event) => {
  if (event.effectiveDirective === "connect-src") blocked = event.blockedURI;
});

export async function ask(server, key, body, stop) {
  const headers = { "Content-Type": "application/json", ...(key && { Authorization: `Bearer ${key}` }) };
  const late = AbortSignal.timeout(PATIENCE);
  const request = { method: "POST", headers, body: JSON.stringify(body), credentials: "omit" };
  let response, said;
  try {
    response = await fetch(`${server}api/v1/ask`, { ...request, signal: AbortSignal.any([stop, late]) });
    said = await response.json();
  } catch (error) {
    if (stop.aborted) throw error;
    if (late.aborted) throw new Refusal("The server did not answer in time. Please try again.");
    throw new Refusal(response ? wordsFor(response, null, key) : await whyNot(server));
  }
  if (response.ok) return said;
  throw new Refusal(wordsFor(response, said, key));
}

function wordsFor(response, problem, key) {
  if (response.status === 401) {
    return key
      ? "The server does not take the key that this page has. Only its publisher can mend that."
      : "The server wants a key, and this page has none. Only its publisher can mend that.";
  }
  const failed = `The server answered with an error (${response.status}). Please try again.`;
  const detail = response.status === 429 ? "Too many questions were asked." : (problem?.detail ?? failed);
  const after = Number(response.headers.get("Retry-After"));
  return after > 0 ? `${detail} Try again in ${after} ${after === 1 ? "second" : "seconds"}.` : detail;
}

// A browser does not say why a request to another origin failed. What everybody may get says whether the server is there,
// what named origins may get says whether this page is one of them.
async function whyNot(server) {
  if (!navigator.onLine) return "There is no connection to the network. Please try again when there is one.";
  const reached = (path) =>
    fetch(server + path, { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(PROBE) }).then(
      () => true,
      () => false,
    );
  const [named, there] = await Promise.all([reached("healthz"), reached("widget.js")]);
  await new Promise((done) => setTimeout(done)); // what a policy blocked is told later than that it failed
  const { origin } = new URL(server);
  if (blocked && new URL(blocked, location).origin === origin) {
    return `This page’s Content-Security-Policy does not let it ask ${origin}: connect-src must name it.`;
  }
  if (named) return "The server could not answer. Please try again.";
  if (there) return `The server does not take questions from pages of ${location.origin}: ASKARTICLE_ORIGINS must name it.`;
  return "The server cannot be reached. Please try again later.";
}
