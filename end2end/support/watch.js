/** A list that renews itself follows a stream and may be asking for itself when its page is left. */
function isLeftWithItsPage(request) {
  const { pathname } = new URL(request.url());
  const kind = request.resourceType();
  return kind === "eventsource" || (kind === "fetch" && request.method() === "GET" && pathname === "/admin/sessions");
}

/** Listens to every browser of a journey and notes what should not have happened. */
export class Watch {
  #origin;
  #others = new Set();
  #scripts;
  #over = false;
  #responses = [];
  #noise = [];
  #expected = [];
  #excused = [];

  constructor(baseURL, scripts) {
    this.#origin = new URL(baseURL).origin;
    this.#scripts = scripts;
  }

  /** Says which answers of 400 and above a journey provokes, each like "422 POST /login". */
  expectRefusals(...lines) {
    this.#expected.push(...lines);
  }

  /** Says which noise belongs to what a journey does to the browser. */
  excuse(...patterns) {
    this.#excused.push(...patterns);
  }

  /** Says to which other site a journey leads. What goes wrong there is noise all the same. */
  leadsTo(url) {
    this.#others.add(new URL(url).origin);
  }

  async listen(context) {
    const note = (kind, text) => this.#over || this.#noise.push(`${kind}: ${text}`);
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy violated: ${event.violatedDirective} by ${event.blockedURI}`);
      });
    });
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) {
        note("console", `${message.text()} [${message.location().url}]`);
      }
    });
    context.on("weberror", (error) => note("exception", error.error().message));
    context.on("request", (request) => {
      const url = new URL(request.url());
      const known = url.origin === this.#origin || this.#others.has(url.origin);
      if (url.protocol.startsWith("http") && !known) {
        note("request to another site", request.url());
      }
    });
    context.on("requestfailed", (request) => {
      if (isLeftWithItsPage(request)) {
        return;
      }
      note("request failed", `${request.failure().errorText} ${request.url()}`);
    });
    context.on("response", (response) => {
      if (response.status() >= 400) {
        const { pathname } = new URL(response.url());
        this.#responses.push({
          line: `${response.status()} ${response.request().method()} ${pathname}`,
          logged: `status of ${response.status()} (${response.statusText()}) [${response.url()}]`,
        });
      }
    });
  }

  /** The journey is over; closing browsers makes noise of its own. */
  stop() {
    this.#over = true;
  }

  /** What nobody expected. Empty is good. */
  complaints() {
    return this.#noise.filter(
      (text) => !this.#isOfTheBrowser(text) && !this.#excused.some((known) => known.test(text)),
    );
  }

  refusals() {
    return {
      seen: this.#responses.map(({ line }) => line).sort(),
      expected: [...this.#expected].sort(),
    };
  }

  #isOfTheBrowser(text) {
    // Chromium logs each answer of 400 and above; `refusals` judges those.
    const refusal = "console: Failed to load resource: the server responded with a ";
    if (text.startsWith(refusal)) {
      return this.#responses.some(({ logged }) => text === refusal + logged);
    }
    const asset = `${this.#origin}/assets/`;
    // A page that is left while its scripts load drops them.
    if (text.startsWith(`request failed: net::ERR_ABORTED ${asset}`)) return true;
    // Without JavaScript, the preloads of module and WASM end that way.
    const preloads = [`request failed: csp ${asset}`, `console: The resource ${asset}`];
    return !this.#scripts && preloads.some((known) => text.startsWith(known));
  }
}
